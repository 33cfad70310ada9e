import { say } from '../kit/Toasts'

type Take = (files: File[]) => void

const takers: Take[] = []
const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false

/** Files that are dropped anywhere go to whoever asked for them last, until the returned function is called. */
export function takeDrops(take: Take): () => void {
  takers.push(take)
  return () => {
    takers.splice(takers.lastIndexOf(take), 1)
  }
}

/** Keeps the browser from going away to a file that is dropped beside what takes files: all that is written would be lost. */
export function catchDrops(): () => void {
  const over = (event: DragEvent) => {
    if (!event.defaultPrevented && hasFiles(event)) event.preventDefault()
  }
  const drop = (event: DragEvent) => {
    if (event.defaultPrevented || !hasFiles(event)) return // somebody has taken it
    event.preventDefault()
    const take = document.querySelector('[role="dialog"], [role="alertdialog"]') ? undefined : takers.at(-1)
    if (take) take([...(event.dataTransfer?.files ?? [])])
    else say('Nothing takes files here. Drop them on a conversation, or on the page Files.', true)
  }
  window.addEventListener('dragover', over)
  window.addEventListener('drop', drop)
  return () => {
    window.removeEventListener('dragover', over)
    window.removeEventListener('drop', drop)
  }
}
