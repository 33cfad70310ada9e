// @vitest-environment happy-dom
import { act } from 'react'
import { beforeEach, expect, test, vi } from 'vitest'
import type { PromptTests } from '../api/types'
import { button, draw, field, press, settle, type, until } from '../testing/draw'
import { type Answers, refusal, serve } from '../testing/server'
import TestsPanel from './TestsPanel'

const prompt = { key: 'greet', messages: [{ role: 'user', content: 'Hello' }] }
const kept: PromptTests = { key: 'greet', labels: [], revision: 1, cases: [{ name: 'one', content: 'hi', model: 'small', parameters: { stop: ['END'], temperature: 0.5 }, resources: [{ text: 'Notes.' }], expect: [{ contains: 'hey' }, { maxSeconds: 5 }] }] }
const path = '/api/prompts/greet/tests'
const wants = (n: number) => document.querySelector<HTMLInputElement>(`[aria-label="What expectation ${String(n)} wants"]`) as HTMLInputElement
const puts = (asked: ReturnType<typeof serve>) => asked.filter(({ method }) => method === 'PUT')

async function panel(answers: Answers = {}) {
  const asked = serve({ [`GET ${path}`]: () => kept, 'GET /api/models': () => ({ data: [] }), ...answers })
  const drawn = draw(<TestsPanel name="greet" draft={prompt} isDirty={false} />)
  await until(() => drawn.box.querySelector('.fold-head') !== null)
  act(() => drawn.box.querySelector<HTMLElement>('.fold-head')?.click())
  return { ...drawn, asked }
}

beforeEach(() => sessionStorage.clear())

test('What a case sets is shown and kept: its model, its parameters with and without a field, its resources', async () => {
  const { box, asked } = await panel({ [`PUT ${path}`]: ({ body }) => ({ ...kept, ...(body as object), revision: 2 }) })
  expect(field(box, 'Model of the case').value).toBe('small')
  expect(field(box, 'Temperature').value).toBe('0.5')
  expect(field(box, 'stop').value).toBe('["END"]')
  expect(field<HTMLTextAreaElement>(box, 'Text').value).toBe('Notes.')
  type(field(box, 'What is typed in it'), '!')
  press('Remove stop')
  press('Save tests')
  await until(() => puts(asked).length === 1)
  expect(puts(asked)[0]?.body).toEqual({ labels: [], cases: [{ ...kept.cases[0], content: 'hi!', parameters: { temperature: 0.5 } }] })
})

test('A number that is none is marked where it stands, and nothing is sent', async () => {
  const { box, asked } = await panel()
  type(wants(2), ' five')
  expect(wants(2).value).toBe('5 five')
  expect(box.textContent).toContain('A number above 0 is needed')
  press('Save tests')
  await settle()
  expect(puts(asked)).toHaveLength(0)
  expect(document.querySelector('[role="alert"]')?.textContent).toContain('Expectation 2: A number above 0')
})

test('What the server refuses is said at the case that it names', async () => {
  const { asked } = await panel({ [`PUT ${path}`]: () => new Response(JSON.stringify({ code: 'request_invalid', detail: 'An empty text is in every answer.', field: 'cases[1].expect[0]' }), { status: 400 }) })
  press('Case')
  press('Save tests')
  await until(() => puts(asked).length === 1 && document.querySelector('.case-failed') !== null)
  const all = [...document.querySelectorAll('[aria-label="Cases"] > li')]
  expect(all.map((one) => one.querySelector('.case-failed')?.textContent)).toEqual([undefined, 'Expectation 1: An empty text is in every answer.'])
  expect(all[1]?.className).toBe('open')
})

test('What is written and not saved comes back, over what it was begun from, and goes on over what somebody else saved only when that is said', async () => {
  const first = await panel()
  type(field(first.box, 'What is typed in it'), '!')
  first.unmount()
  let now = { ...kept, revision: 2, cases: [{ name: 'theirs', expect: [{ contains: 'x' }] }] } as PromptTests
  const { box, asked } = await panel({
    [`GET ${path}`]: () => now,
    [`PUT ${path}`]: ({ headers, body }) => (headers['If-Match'] === `"${String(now.revision)}"` ? (now = { ...now, ...(body as object), revision: now.revision + 1 }) : refusal(412, 'version_conflict', 'Somebody was faster.')),
  })
  expect(field(box, 'What is typed in it').value).toBe('hi!')
  expect(box.textContent).toContain('Somebody saved the tests meanwhile')
  expect((button('Save tests') as HTMLButtonElement).disabled).toBe(true)
  press('Keep mine')
  now = { ...now, revision: 7 }
  press('Save tests')
  await until(() => box.textContent?.includes('Somebody saved the tests meanwhile') ?? false)
  expect(field(box, 'What is typed in it').value).toBe('hi!')
  press('Keep mine')
  press('Save tests')
  await until(() => now.revision === 8)
  expect(puts(asked).map(({ headers }) => headers['If-Match'])).toEqual(['"2"', '"7"'])
  expect(now.cases[0]?.content).toBe('hi!')
  await until(() => sessionStorage.length === 0)
})

test('Tests that nobody touched show what somebody else saved', async () => {
  let now = kept
  const { box } = await panel({ [`GET ${path}`]: () => now, [`POST ${path}/run`]: () => ({ passed: true, counts: true, results: [] }) })
  now = { ...kept, revision: 2, cases: [{ name: 'theirs', expect: [{ contains: 'x' }] }] }
  press('Run with the newest version')
  await until(() => box.textContent?.includes('theirs') ?? false)
  expect(box.textContent).not.toContain('meanwhile')
})

/** Tests that are saved when the server is told to answer. */
function slow() {
  let now = kept
  let answer!: () => void
  return {
    answers: {
      [`GET ${path}`]: () => now,
      [`PUT ${path}`]: ({ headers, body }) => (headers['If-Match'] === `"${String(now.revision)}"` ? (now = { ...now, ...(body as object), revision: now.revision + 1 }) : refusal(412, 'version_conflict', 'Somebody was faster.')),
    } as Answers,
    hold: () => {
      const { fetch } = globalThis
      vi.stubGlobal('fetch', async (address: string, init?: RequestInit) => {
        const given = await fetch(address, init)
        if (init?.method === 'PUT') await new Promise<void>((go) => (answer = go))
        return given
      })
    },
    answer: () => answer(),
  }
}

test('What is written while tests are being saved stays, and is saved over them', async () => {
  const server = slow()
  const { box, asked } = await panel(server.answers)
  server.hold()
  type(field(box, 'What is typed in it'), '!')
  press('Save tests')
  await until(() => puts(asked).length === 1)
  type(field(box, 'What is typed in it'), '?')
  server.answer()
  await until(() => (button('Save tests') as HTMLButtonElement).disabled === false)
  expect(field(box, 'What is typed in it').value).toBe('hi!?')
  expect(box.textContent).not.toContain('meanwhile')
  press('Save tests')
  await until(() => puts(asked).length === 2)
  expect(puts(asked)[1]).toMatchObject({ headers: { 'If-Match': '"2"' }, body: { cases: [{ content: 'hi!?' }] } })
})

test('Who goes elsewhere while tests are being saved finds them saved, by themselves', async () => {
  const server = slow()
  const first = await panel(server.answers)
  server.hold()
  type(field(first.box, 'What is typed in it'), '!')
  press('Save tests')
  await until(() => puts(first.asked).length === 1)
  first.unmount()
  server.answer()
  await settle()
  const { box } = await panel(server.answers)
  expect(field(box, 'What is typed in it').value).toBe('hi!')
  expect(box.textContent).not.toContain('meanwhile')
  expect(sessionStorage.length).toBe(0)
})
