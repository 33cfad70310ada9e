import { lazy, type ComponentType, type LazyExoticComponent } from 'react'
import { connection } from '../api/connection'

type Load<P> = () => Promise<{ default: ComponentType<P> }>

const pause = 400
const broken = new Set<() => void>()

/** A part of the page that is fetched when it is first shown. One that could not be fetched throws, for the boundary around it, and is fetched anew after `renew`: `lazy` alone would remember the failure for ever. */
export function later<P extends object>(load: Load<P>): ComponentType<P> {
  const make = (): LazyExoticComponent<ComponentType<P>> =>
    lazy(() =>
      twice(load).catch(async (error: unknown) => {
        broken.add(renewed)
        throw await reason(error)
      }),
    )
  let part = make()
  const renewed = () => {
    part = make()
  }
  return function Later(props: P) {
    const Part = part as ComponentType<P>
    return <Part {...props} />
  }
}

/** Forgets what could not be fetched. A boundary says it when it has shown the fault, no earlier: React would begin anew for ever instead of telling. */
export function renew(): void {
  for (const forget of broken) forget()
  broken.clear()
}

async function twice<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch {
    await new Promise((go) => setTimeout(go, pause))
    return load()
  }
}

/** What to tell: when the server is gone, what broke goes on by itself once it is back. */
async function reason(error: unknown): Promise<Error> {
  const said = await fetch('/health/live').catch(() => undefined)
  if (!said?.ok) connection.lost()
  return new Error(said?.ok ? 'a part of it could not be loaded. The server may have a newer page: load it again.' : 'a part of it could not be loaded. It is tried again when the server is back.', { cause: error })
}
