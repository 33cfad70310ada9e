// @vitest-environment happy-dom
import { useState } from 'react'
import { expect, test } from 'vitest'
import type { Prompt } from '../api/types'
import { draw, field, press, type } from '../testing/draw'
import { serve } from '../testing/server'
import { Settings } from './Settings'

function settings(prompt: Partial<Prompt>) {
  serve({})
  let now: Prompt = { key: 'greet', messages: [], ...prompt }
  const Held = () => {
    const [draft, setDraft] = useState(now)
    now = draft
    return <Settings draft={draft} onChange={(part) => setDraft({ ...draft, ...part })} />
  }
  return { ...draw(<Held />), now: () => now }
}

test('A parameter that has no field of its own is shown as JSON; half typed it is marked and changes nothing', () => {
  const { box, now } = settings({ parameters: { topK: 40, stop: ['END'], temperature: 1 } })
  const stop = field(box, 'stop')
  expect(stop.value).toBe('["END"]')
  type(stop, ',')
  expect(stop.value).toBe('["END"],')
  expect(box.textContent).toContain('This is not JSON yet')
  expect(now().parameters).toEqual({ topK: 40, stop: ['END'], temperature: 1 })
  type(field(box, 'topK'), '0')
  press('Remove stop')
  expect(now().parameters).toEqual({ topK: 400, temperature: 1 })
})

test('Another output schema leaves the format as it is', () => {
  const { box, now } = settings({ output: { format: 'json', schema: true } })
  type(field<HTMLTextAreaElement>(box, 'Output schema'), ' ')
  expect(now().output).toEqual({ format: 'json', schema: true })
})
