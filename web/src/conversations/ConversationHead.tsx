import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Archive, ArrowLeft, Download, Ellipsis, FoldVertical, GitFork, Luggage, Pin, Star, Trash2, Variable } from 'lucide-react'
import { memo, useEffect, useState } from 'react'
import { ask, json } from '../api/http'
import { conversation as conversationQuery } from '../api/queries'
import type { Conversation, Turn } from '../api/types'
import { Chip } from '../kit/Bits'
import { IconButton } from '../kit/Button'
import { Confirm } from '../kit/Confirm'
import { saveAs } from '../kit/copy'
import { Menu } from '../kit/Menu'
import { say, sayError } from '../kit/Toasts'
import { many } from '../kit/words'
import { Link } from '../shell/Link'
import { go, to } from '../shell/route'
import { setTitle } from '../shell/title'
import { CarriedDialog } from './CarriedDialog'
import { listTitle, titleOf } from './titles'
import { VariablesDialog } from './VariablesDialog'

/** The title, which is edited where it stands, and what can be done with the whole conversation. */
export const ConversationHead = memo(function ConversationHead({ conversation, turns }: { conversation: Conversation; turns: readonly Turn[] }) {
  const queries = useQueryClient()
  const [open, setOpen] = useState<'variables' | 'carried' | 'delete' | null>(null)
  const close = () => setOpen(null)
  const path = `/api/conversations/${encodeURIComponent(conversation.id)}`
  const renew = () => queries.invalidateQueries({ queryKey: ['conversations'] })
  const change = (body: Partial<Conversation>) => json(path, { method: 'PATCH', body }).then(renew, sayError)
  const remove = () =>
    ask(path, { method: 'DELETE' }).then(() => {
      go('/conversations')
      return Promise.all(['list', 'any'].map((name) => queries.invalidateQueries({ queryKey: ['conversations', name] })))
    }, sayError)
  const compact = () => {
    say('A model writes the summary…')
    return json<{ turns: number }>(`${path}/compact`, { method: 'POST', body: {} }).then((made) => {
      say(`A summary stands for ${many(made.turns, 'turn')} now; the turns stay where they are.`)
      return renew()
    }, sayError)
  }
  const exported = (format: 'json' | 'markdown') =>
    ask(`${path}/export?format=${format}`).then(async (response) => saveAs(`${conversation.id}.${format === 'json' ? 'json' : 'md'}`, await response.blob()), sayError)
  const title = titleOf(conversation, turns[0])
  useEffect(() => {
    const timer = setTimeout(() => setTitle(title)) // after the page has said where it is
    return () => clearTimeout(timer)
  }, [title])
  useEffect(
    () => () => {
      if (location.pathname.startsWith('/conversations')) setTitle('Conversations') // another place has named itself
    },
    [],
  )
  const prompt = conversation.prompt
  return (
    <header className="conversation-head">
      <Link href="/conversations" className="button icon back" aria-label="All conversations">
        <ArrowLeft />
      </Link>
      <TitleInput key={conversation.id} title={title} onChange={(value) => void change({ title: value })} />
      <ForkedFrom conversation={conversation} turns={turns} />
      {prompt?.key ? (
        <Link className="chip link" href={to('prompts', prompt.key)}>
          {prompt.key}@{prompt.version}
        </Link>
      ) : prompt ? (
        <Chip>unsaved prompt</Chip>
      ) : null}
      <IconButton label={conversation.pinned ? 'Unpin' : 'Pin'} pressed={conversation.pinned ?? false} onPress={() => void change({ pinned: !conversation.pinned })}>
        <Pin />
      </IconButton>
      <IconButton label={conversation.starred ? 'Take the star away' : 'Star'} pressed={conversation.starred ?? false} onPress={() => void change({ starred: !conversation.starred })}>
        <Star />
      </IconButton>
      <Menu
        label="Conversation"
        choices={[
          { id: 'variables', label: 'Variables', icon: <Variable />, act: () => setOpen('variables') },
          { id: 'carried', label: 'What it carries', icon: <Luggage />, act: () => setOpen('carried') },
          { id: 'compact', label: 'Compact', detail: 'a summary stands for all but the newest turns', icon: <FoldVertical />, isDisabled: turns.length === 0, act: () => void compact() },
          { id: 'export', label: 'Export as JSON', icon: <Download />, detail: 'all branches', act: () => void exported('json') },
          { id: 'markdown', label: 'Export as Markdown', icon: <Download />, detail: 'the shown branch', act: () => void exported('markdown') },
          { id: 'archive', label: conversation.archived ? 'Take from the archive' : 'Archive', icon: <Archive />, act: () => void change({ archived: !conversation.archived }) },
          'line',
          { id: 'delete', label: 'Delete', icon: <Trash2 />, danger: true, act: () => setOpen('delete') },
        ]}
      >
        <IconButton label="More">
          <Ellipsis />
        </IconButton>
      </Menu>
      {open === 'variables' ? <VariablesDialog conversation={conversation} onClose={close} /> : null}
      {open === 'carried' ? <CarriedDialog conversation={conversation} onClose={close} /> : null}
      {open === 'delete' ? (
        <Confirm title="Delete this conversation?" act="Delete" onAct={() => void remove()} onClose={close}>
          <p>“{title}” and its turns are gone for good. Archiving only takes it out of the list.</p>
        </Confirm>
      ) : null}
    </header>
  )
})

/** The way back to the conversation whose turns this one goes on from; nothing when that is gone, or is not for who reads. */
function ForkedFrom({ conversation, turns }: { conversation: Conversation; turns: readonly Turn[] }) {
  const from = turns.find((turn) => turn.id === conversation.forkedFrom)
  const within = from?.conversation ?? ''
  const { data } = useQuery({ ...conversationQuery(within), enabled: within !== '' })
  if (!from || !data) return null
  const title = listTitle(data)
  return (
    <Link className="chip link fork-chip" href={to('conversations', within)} title={`Goes on from a turn of “${title}”`}>
      <GitFork aria-hidden /> <span className="only-said">Fork of</span> <span>{title}</span>
    </Link>
  )
}

/** The title: what is typed stays under the hands, whoever gives the conversation another meanwhile. */
function TitleInput({ title, onChange }: { title: string; onChange: (title: string) => void }) {
  const [typed, setTyped] = useState<{ text: string; over: string; sentOver?: string } | null>(null)
  if (typed?.sentOver !== undefined && typed.sentOver !== title) setTyped(null) // it is kept by now, or somebody gave another
  const end = () => {
    const text = typed?.text.trim()
    if (!typed || !text || text === typed.over || text === title) return setTyped(null)
    setTyped({ ...typed, sentOver: title })
    onChange(text)
  }
  return (
    <h1 className="conversation-title">
      <input
        aria-label="Title"
        dir="auto"
        value={typed?.text ?? title}
        maxLength={500}
        onChange={(event) => setTyped({ text: event.target.value, over: typed?.over ?? title })}
        onBlur={end}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur()
          if (event.key === 'Escape') setTyped(null)
        }}
      />
    </h1>
  )
}
