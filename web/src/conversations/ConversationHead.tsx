import { useQueryClient } from '@tanstack/react-query'
import { Archive, ArrowLeft, Download, Ellipsis, Pin, Star, Trash2, Variable } from 'lucide-react'
import { useState } from 'react'
import { ask, json } from '../api/http'
import type { Conversation, Turn } from '../api/types'
import { Chip } from '../kit/Bits'
import { IconButton } from '../kit/Button'
import { download } from '../kit/copy'
import { Menu } from '../kit/Menu'
import { sayError } from '../kit/Toasts'
import { Link } from '../shell/Link'
import { go, to } from '../shell/route'
import { titleOf } from './titles'
import { VariablesDialog } from './VariablesDialog'

/** The title, which is edited where it stands, and what can be done with the whole conversation. */
export function ConversationHead({ conversation, turns }: { conversation: Conversation; turns: readonly Turn[] }) {
  const queries = useQueryClient()
  const [variables, setVariables] = useState(false)
  const path = `/api/conversations/${encodeURIComponent(conversation.id)}`
  const renew = () => queries.invalidateQueries({ queryKey: ['conversations'] })
  const change = (body: Partial<Conversation>) => json(path, { method: 'PATCH', body }).then(renew, sayError)
  const remove = () =>
    ask(path, { method: 'DELETE' }).then(() => {
      go('/conversations')
      return renew()
    }, sayError)
  const title = titleOf(conversation, turns[0])
  const prompt = conversation.prompt
  return (
    <header className="conversation-head">
      <Link href="/conversations" className="button icon back" aria-label="All conversations">
        <ArrowLeft />
      </Link>
      <TitleInput key={title} title={title} onChange={(value) => void change({ title: value })} />
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
          { id: 'variables', label: 'Variables', icon: <Variable />, act: () => setVariables(true) },
          { id: 'export', label: 'Export as JSON', icon: <Download />, act: () => download(`${conversation.id}.json`, JSON.stringify({ conversation, turns }, null, 2), 'application/json') },
          { id: 'markdown', label: 'Export as Markdown', icon: <Download />, act: () => download(`${conversation.id}.md`, asMarkdown(title, turns), 'text/markdown') },
          { id: 'archive', label: conversation.archived ? 'Take from the archive' : 'Archive', icon: <Archive />, act: () => void change({ archived: !conversation.archived }) },
          'line',
          { id: 'delete', label: 'Delete', icon: <Trash2 />, danger: true, act: () => void remove() },
        ]}
      >
        <IconButton label="More">
          <Ellipsis />
        </IconButton>
      </Menu>
      {variables ? <VariablesDialog conversation={conversation} onClose={() => setVariables(false)} /> : null}
    </header>
  )
}

function TitleInput({ title, onChange }: { title: string; onChange: (title: string) => void }) {
  const [text, setText] = useState(title)
  return (
    <h1 className="conversation-title">
      <input
        aria-label="Title"
        value={text}
        maxLength={500}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => text.trim() && text !== title && onChange(text.trim())}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur()
          if (event.key === 'Escape') setText(title)
        }}
      />
    </h1>
  )
}

const asMarkdown = (title: string, turns: readonly Turn[]): string => [`# ${title}`, ...turns.flatMap((turn) => [`## ${turn.content || '(the prompt alone)'}`, turn.answer])].join('\n\n')
