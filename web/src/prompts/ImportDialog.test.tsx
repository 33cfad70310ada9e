// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { dialog, draw, field, press, settle, type } from '../testing/draw'
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
