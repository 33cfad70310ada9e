import { Signal } from '../api/signal'
import { keep, kept } from '../kit/keep'

export type Theme = 'system' | 'light' | 'dark'

const name = 'turnpike.theme'

function chosen(): Theme {
  const value = kept(name, true)
  return value === 'light' || value === 'dark' ? value : 'system'
}

export const theme = new Signal<Theme>(chosen())

function show(): void {
  if (theme.value === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme.value
}

theme.watch(() => {
  keep(name, theme.value, true)
  show()
})
show()
