// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import type { Turn } from '../api/types'
import { draw } from '../testing/draw'
import { TurnItem } from './TurnItem'

const turn: Turn = { id: 'turn_1', conversation: 'conv_1', status: 'completed', content: '', cleanedContent: '', answer: '', messages: [], usage: { inputTokens: 0, outputTokens: 0 }, model: 'small', parameters: {}, tools: [], rules: [], triggers: [], warnings: [], attempts: [], createdAt: '2026-01-01T00:00:00Z' } as unknown as Turn
const nothing = () => undefined
const asked = (one: Turn) => draw(<TurnItem turn={one} models={[]} actions={{ edit: nothing, regenerate: nothing, retry: nothing, fork: nothing, road: nothing }} isBusy={false} />).box.querySelector('.bubble')?.textContent

test('A turn of which nothing is kept says so, and one of a prompt alone says that', () => {
  expect(asked({ ...turn, store: false })).toBe('not kept')
  expect(asked(turn)).toBe('the prompt alone')
})
