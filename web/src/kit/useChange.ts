import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { say, sayError } from './Toasts'

/** Runs something that changes the server, says how it ended, and reads anew what it touched. */
export function useChange(...touched: string[]): [run: (act: () => Promise<unknown>, done?: string) => Promise<boolean>, busy: boolean] {
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const run = async (act: () => Promise<unknown>, done?: string): Promise<boolean> => {
    setBusy(true)
    try {
      await act()
      if (done) say(done)
      await Promise.all(touched.map((name) => queries.invalidateQueries({ queryKey: [name] })))
      return true
    } catch (error) {
      sayError(error)
      return false
    } finally {
      setBusy(false)
    }
  }
  return [run, busy]
}
