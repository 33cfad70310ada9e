// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { chord, isEditable, type Press, shortcutOf } from './shortcuts'

const press = (code: string, key: string, more: Partial<Press> = {}): Press => ({ code, key, altKey: true, ctrlKey: false, metaKey: false, ...more })

test('A brace on a German Mac is a brace', () => {
  expect(shortcutOf(press('Digit8', '{'), true, true)).toBeNull()
  expect(shortcutOf(press('Digit8', '{'), false, true)).toBeNull()
  expect(shortcutOf(press('KeyN', 'Dead'), true, true)).toBeNull()
})

test('On a Mac it takes Control and Alt, in the box too', () => {
  expect(shortcutOf(press('Digit8', '8', { ctrlKey: true }), true, true)).toBe('8')
  expect(shortcutOf(press('KeyN', 'n', { ctrlKey: true }), false, true)).toBe('n')
  expect(chord('1', true)).toBe('Control+Alt+1')
})

test('Elsewhere Alt is enough, and what would write another character is left to the box', () => {
  expect(shortcutOf(press('Digit4', '4'), true, false)).toBe('4')
  expect(shortcutOf(press('KeyN', 'N'), true, false)).toBe('n')
  expect(shortcutOf(press('Digit8', '{'), true, false)).toBeNull()
  expect(shortcutOf(press('Digit8', '{'), false, false)).toBe('8')
  expect(shortcutOf(press('Digit8', '8', { ctrlKey: true }), true, false)).toBeNull()
  expect(shortcutOf(press('Digit8', '8', { getModifierState: (name) => name === 'AltGraph' }), false, false)).toBeNull()
  expect(chord('1', false)).toBe('Alt+1')
})

test('A box, an editor and what is inside of them are written in; a button is not', () => {
  document.body.innerHTML = '<input id="a"><textarea id="b"></textarea><div class="cm-editor"><div class="cm-content" contenteditable="true"><span id="c"></span></div></div><button id="d"></button>'
  expect(['a', 'b', 'c', 'd'].map((id) => isEditable(document.getElementById(id)))).toEqual([true, true, true, false])
})
