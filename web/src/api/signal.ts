import { useSyncExternalStore } from 'react'

/** One value outside of React that components can watch. */
export class Signal<T> {
  private readonly watchers = new Set<() => void>()

  constructor(private current: T) {}

  get value(): T {
    return this.current
  }

  set value(next: T) {
    if (Object.is(next, this.current)) return
    this.current = next
    for (const watcher of this.watchers) watcher()
  }

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  readonly read = (): T => this.current
}

export const useSignal = <T>(signal: Signal<T>): T => useSyncExternalStore(signal.watch, signal.read)
