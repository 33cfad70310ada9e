import { Signal } from './signal'

/** Whether the server can be reached. While it cannot, its health is asked for until it can. */
const reachable = new Signal(true)
const again = new Set<() => void>()
let timer: ReturnType<typeof setTimeout> | undefined

async function knock(wait: number): Promise<void> {
  timer = undefined
  const response = await fetch('/health/live').catch(() => undefined)
  if (response?.ok) return found()
  reachable.value = false
  clearTimeout(timer) // somebody else may have knocked meanwhile
  timer = setTimeout(() => void knock(Math.min(wait * 1.5, 10_000)), wait)
}

function lost(): void {
  reachable.value = false
  timer ??= setTimeout(() => void knock(1500), 1000)
}

function found(): void {
  if (reachable.value) return
  reachable.value = true
  clearTimeout(timer)
  timer = undefined
  for (const action of again) action()
}

window.addEventListener('offline', () => {
  lost()
  setTimeout(() => void knock(1500), 1500) // an answer that was on its way may have said that all is well
})
window.addEventListener('online', () => void knock(1500))

export const connection = {
  reachable,
  lost,
  found,
  /** Runs an action each time that the server is back. */
  onBack(action: () => void): () => void {
    again.add(action)
    return () => again.delete(action)
  },
}
