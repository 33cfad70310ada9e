// @vitest-environment happy-dom
import { act } from 'react'
import { expect, test } from 'vitest'
import { dialog, draw, field, press, settle, type, until } from '../testing/draw'
import { serve } from '../testing/server'
import { ImportDialog } from './ImportDialog'

const item = (outcome: string) => ({ kind: 'prompt', from: 'greet.prompt', outcome, id: 'greet', details: outcome === 'skipped' ? ['Its template cannot be read.'] : [] })

async function importing(...outcomes: string[]) {
  let closed = 0
  serve({ 'POST /api/prompts/import': () => ({ source: 'dotprompt', items: outcomes.map(item) }) })
  draw(<ImportDialog onClose={() => closed++} />)
  type(field<HTMLTextAreaElement>(dialog() as HTMLElement, 'Content'), 'x')
  press('Import')
  await settle()
  return { closed: () => closed }
}

test('A prompt that is left out keeps the dialog open, which says why', async () => {
  const { closed } = await importing('skipped')
  expect(closed()).toBe(0)
  expect(dialog()?.textContent).toContain('Its template cannot be read.')
  expect(dialog()?.textContent).toContain('this became of it')
})

test('The dialog closes when all of it is imported', async () => {
  expect((await importing('imported', 'imported')).closed()).toBe(1)
})

test('What was said of one text says nothing of another', async () => {
  await importing('skipped')
  type(field<HTMLTextAreaElement>(dialog() as HTMLElement, 'Content'), 'y')
  expect(dialog()?.textContent).not.toContain('Its template cannot be read.')
})

test('The name of a file is proposed as the key, but not that of a JSON file, which says its keys itself', async () => {
  const asked = serve({ 'POST /api/prompts/import': () => ({ source: 'json', items: [item('imported')] }) })
  draw(<ImportDialog onClose={() => undefined} />)
  for (const [name, text] of [['greet.prompt', 'Hello'], ['tt.json', '{"key":"team/trip"}']] as const) {
    const input = document.querySelector('input[type=file]') as HTMLInputElement
    Object.defineProperty(input, 'files', { value: [new File([text], name)], configurable: true })
    act(() => void input.dispatchEvent(new Event('change', { bubbles: true })))
    await until(() => field<HTMLTextAreaElement>(dialog() as HTMLElement, 'Content').value === text)
    press('Look first')
    await settle()
  }
  expect(asked.map(({ path }) => path)).toEqual(['/api/prompts/import?key=greet&dryRun=true', '/api/prompts/import?dryRun=true'])
})
