import { Signal } from '../api/signal'

export type Theme = 'system' | 'light' | 'dark'

const name = 'turnpike.theme'

function kept(): Theme {
  const value = localStorage.getItem(name)
  return value === 'light' || value === 'dark' ? value : 'system'
}

export const theme = new Signal<Theme>(kept())

function show(): void {
  if (theme.value === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme.value
}

theme.watch(() => {
  localStorage.setItem(name, theme.value)
  show()
})
show()
