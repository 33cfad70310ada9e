import { BarChart3, Boxes, FileText, FolderTree, KeyRound, KeySquare, MessagesSquare, Moon, Ruler, ScrollText, Sun, SunMoon, Tag, Wrench } from 'lucide-react'
import { useEffect, type ReactNode } from 'react'
import { connection } from '../api/connection'
import { key } from '../api/key'
import { useSignal } from '../api/signal'
import { Button, IconButton } from '../kit/Button'
import { Toasts } from '../kit/Toasts'
import { Secret } from '../keys/Secret'
import { catchDrops } from './drops'
import { keepFocus } from './focus'
import { KeyDialog } from './KeyDialog'
import { Link } from './Link'
import { go } from './route'
import './shell.css'
import { chord, isEditable, shortcutOf } from './shortcuts'
import { theme, type Theme } from './theme'
import { setTitle } from './title'

const places = [
  { id: 'conversations', label: 'Conversations', icon: MessagesSquare },
  { id: 'prompts', label: 'Prompts', icon: ScrollText },
  { id: 'rules', label: 'Rules', icon: Ruler },
  { id: 'tags', label: 'Tags', icon: Tag },
  { id: 'projects', label: 'Projects', icon: FolderTree },
  { id: 'tools', label: 'Tools', icon: Wrench },
  { id: 'models', label: 'Models', icon: Boxes },
  { id: 'files', label: 'Files', icon: FileText },
  { id: 'usage', label: 'Usage', icon: BarChart3 },
  { id: 'keys', label: 'Keys', icon: KeyRound },
]

const themes: Record<Theme, { next: Theme; label: string; icon: ReactNode }> = {
  system: { next: 'light', label: 'Colours as the system has them; press for light', icon: <SunMoon /> },
  light: { next: 'dark', label: 'Light; press for dark', icon: <Sun /> },
  dark: { next: 'system', label: 'Dark; press for the system’s', icon: <Moon /> },
}

/** What stands around every page: where one can go, and whether the server is there. */
export function Shell({ place, children }: { place: string; children: ReactNode }) {
  const reachable = useSignal(connection.reachable)
  const shown = useSignal(theme)
  const refused = useSignal(key.needed)
  const isAsked = useSignal(key.asked) !== null
  const shownKey = useSignal(key.kept)
  const at = place === 'start' ? 'conversations' : place
  useEffect(() => {
    setTitle(places.find(({ id }) => id === at)?.label ?? '')
    document.querySelector('.rail-item[aria-current]')?.scrollIntoView({ inline: 'nearest', block: 'nearest' })
  }, [at])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event, isEditable(event.target))
      const chosen = shortcut === 'n' ? 'conversations' : shortcut === null ? undefined : places[(Number(shortcut) || 10) - 1]?.id
      if (chosen === undefined || document.querySelector('[role="dialog"], [role="alertdialog"]')) return // what is written there would be gone
      event.preventDefault()
      go(`/${chosen}`)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  useEffect(keepFocus, [])
  useEffect(catchDrops, [])
  const { next, label, icon } = themes[shown]
  return (
    <div className="shell">
      <a className="skip" href="#main">
        To the content
      </a>
      <nav className="rail" aria-label="Main">
        <Link href="/conversations" className="brand" aria-label="Turnpike">
          <img src="/icon.svg" alt="" width="30" height="30" />
        </Link>
        <ul>
          {places.map(({ id, label: name, icon: Icon }, n) => (
            <li key={id}>
              <Link href={`/${id}`} className="rail-item" aria-current={id === at ? 'page' : undefined} aria-keyshortcuts={chord(String((n + 1) % 10))}>
                <Icon aria-hidden />
                <span>{name}</span>
              </Link>
            </li>
          ))}
        </ul>
        {shownKey ? (
          <IconButton label="Use another key, or forget this tab’s" onPress={key.give}>
            <KeySquare />
          </IconButton>
        ) : null}
        <IconButton label={label} onPress={() => (theme.value = next)}>
          {icon}
        </IconButton>
      </nav>
      <div className="stage">
        {reachable ? null : (
          <div className="offline" role="alert" data-react-aria-top-layer="true">
            The server cannot be reached. What you wrote is kept; this page goes on by itself when it is back.
          </div>
        )}
        {refused !== null && !isAsked ? (
          <div className="offline" role="alert" data-react-aria-top-layer="true">
            This server asks for a key.{' '}
            <Button small onPress={key.give}>
              Give a key
            </Button>
          </div>
        ) : null}
        <main id="main" className="content" tabIndex={-1}>
          {children}
        </main>
      </div>
      <KeyDialog />
      <Secret />
      <Toasts />
    </div>
  )
}
