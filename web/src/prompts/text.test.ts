import { expect, test } from 'vitest'
import { body, readable, variablesIn } from './text'

test.each([
  ['Hello {{name}}', ['name']],
  ['{{ city }} and {{city}}', ['city']],
  ['{{#if focus}}{{focus}}{{/if}}', ['focus']],
  ['{{#ifEquals length "short"}}x{{/ifEquals}}', ['length']],
  ['{{#each items as |item|}}{{item}}{{@index}}{{/each}}', ['items']],
  ['{{role "system"}}{{history}}{{input}}{{media url=photo}}', ['photo']],
  ['{{json data indent=2}}', ['data']],
  ['\\{{literal}} {{! comment }} {{> _partial}}', []],
  ['{{user.name}} {{~trimmed~}}', ['user', 'trimmed']],
  ['{{#unless a}}{{else}}{{this}}{{/unless}}', ['a']],
])('The variables of %s', (text, names) => expect(variablesIn([text])).toEqual(names))

test('A prompt is saved without what only the server knows', () => {
  const saved = body({ key: 'k', id: 'pmpt_1', version: 3, hash: 'x', labels: ['production'], messages: [{ role: 'user', content: 'Hi' }], tags: ['a', 'built-in'], parameters: {}, title: '' })
  expect(saved).toEqual({ key: 'k', messages: [{ role: 'user', content: 'Hi' }], tags: ['a'] })
})

test('A prompt reads as a text with its messages last', () => {
  expect(readable({ title: 'T', model: 'm', messages: [{ role: 'system', content: 'Be brief.' }] })).toBe('title: T\nmodel: m\n\n— system —\nBe brief.\n')
})

test.each([
  ['approval', { '*': 'allow' }],
  ['store', false],
  ['fallback', ['other/model']],
  ['expandUserText', true],
  ['restart', true],
  ['onDisconnect', 'cancel'],
  ['metadata', { of: 'us' }],
  ['clientTools', [{ name: 'place' }]],
  ['triggers', 'off'],
  ['system', { text: 'Be kind.' }],
  ['mcp', { expose: false }],
  ['output', { format: 'json' }],
])('A prompt with another %s reads otherwise', (name, value) => {
  const messages = [{ role: 'user' as const, content: 'Hi' }]
  expect(readable({ messages, [name]: value })).not.toBe(readable({ messages }))
})
