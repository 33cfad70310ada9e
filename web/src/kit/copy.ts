import { say } from './Toasts'

export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    say('Copied.')
  } catch {
    say('The browser does not let this page copy.', true)
  }
}

/** Hands a text to the browser as a file. */
export const download = (name: string, text: string, type = 'text/plain'): void => saveAs(name, new Blob([text], { type }))

/** Hands bytes to the browser as a file. */
export function saveAs(name: string, blob: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
