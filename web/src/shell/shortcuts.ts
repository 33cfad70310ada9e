/** What of a key press counts here. */
export type Press = Pick<KeyboardEvent, 'code' | 'key' | 'altKey' | 'ctrlKey' | 'metaKey'> & { getModifierState?: (name: string) => boolean }

/** Whether Alt makes characters here, as the ⌥ of a Mac does. */
export const isMac = (platform: string = navigator.platform): boolean => /mac|iphone|ipad/i.test(platform)

/** How a shortcut is named to those who read the page with their ears. */
export const chord = (key: string, onMac = isMac()): string => `${onMac ? 'Control+Alt' : 'Alt'}+${key}`

/**
 * Which shortcut was pressed: "n", or a digit. On a Mac ⌥ alone writes characters, so it takes ⌃⌥ there; elsewhere a press that writes another character than its key says is left to the box in which somebody writes.
 */
export function shortcutOf(press: Press, isWriting: boolean, onMac = isMac()): string | null {
  if (!press.altKey || press.metaKey || press.ctrlKey !== onMac || press.getModifierState?.('AltGraph')) return null
  const name = press.code === 'KeyN' ? 'n' : /^Digit\d$/.test(press.code) ? press.code.slice(5) : null
  const writes = press.key === 'Dead' || (press.key.length === 1 && press.key.toLowerCase() !== name)
  return isWriting && !onMac && writes ? null : name
}

/** Whether somebody writes in the element at which an event is. */
export const isEditable = (target: EventTarget | null): boolean => target instanceof Element && target.closest('input, textarea, select, [contenteditable]:not([contenteditable="false"]), .cm-editor') !== null
