import { expect, test } from 'vitest'
import type { Prompt } from '../api/types'
import { remedy } from './remedies'
import type { Issue } from './useIssues'

const prompt: Prompt = { messages: [{ role: 'system', content: 'In {{citty}}.' }, { role: 'user', content: '' }], tools: ['current_tim'], variables: [{ name: 'city', type: 'string' }] }
const issue = (part: Partial<Issue>): Issue => ({ code: 'x', severity: 'warning', message: '', path: '', ...part })

test('a misspelt variable is written in its place', () => {
  const found = remedy(issue({ code: 'variable_undefined', name: 'citty', path: 'messages[0].content[0]', span: { start: 3, end: 12 }, fix: { message: 'Write "city".', text: '{{city}}' } }), prompt)
  expect(found?.says).toBe('Write "city".')
  expect(found?.change.messages?.[0]?.content).toBe('In {{city}}.')
})

test('a variable that nobody declared is defined', () => {
  expect(remedy(issue({ code: 'variable_undefined', name: 'days', fix: { message: 'Declare it.' } }), prompt)?.change.variables?.at(-1)).toEqual({ name: 'days', type: 'string', required: true })
})

test('a misspelt tool is replaced', () => {
  expect(remedy(issue({ code: 'tool_unknown', path: 'tools[0]', fix: { message: 'Write "current_time".', text: 'current_time' } }), prompt)?.change.tools).toEqual(['current_time'])
})

test('a message that says nothing is removed', () => {
  expect(remedy(issue({ code: 'message_empty', path: 'messages[1]' }), prompt)?.change.messages).toHaveLength(1)
})

test('what needs thought has no button', () => {
  expect(remedy(issue({ code: 'template_invalid', path: 'messages[0].content[0]', span: { start: 0, end: 1 } }), prompt)).toBeNull()
})
