import { useInfiniteQuery } from '@tanstack/react-query'
import { ArchiveRestore, FileUp, Plus, Search } from 'lucide-react'
import { useDeferredValue, useState, type ReactNode } from 'react'
import { ask, json, query } from '../api/http'
import type { Page, Prompt } from '../api/types'
import { Chip, Fault, Loading, PageHead } from '../kit/Bits'
import { Button, IconButton } from '../kit/Button'
import { useChange } from '../kit/useChange'
import { moment } from '../kit/words'
import { Link } from '../shell/Link'
import { go, newPrompt, to, useRoute } from '../shell/route'
import { ImportDialog } from './ImportDialog'
import { PromptEditor } from './PromptEditor'
import './prompts.css'

export default function PromptsPage({ name }: { name: string | undefined }) {
  const { query: asked } = useRoute()
  if (name) return <PromptEditor key={name} name={name} />
  return asked.has('new') ? <PromptEditor name={null} /> : <PromptList />
}

function PromptList() {
  const [words, setWords] = useState('')
  const [tag, setTag] = useState<string | null>(null)
  const [archived, setArchived] = useState(false)
  const [run, busy] = useChange('prompts')
  const [importing, setImporting] = useState(false)
  const search = useDeferredValue(words.trim())
  const pages = useInfiniteQuery({
    queryKey: ['prompts', 'list', search, tag, archived],
    queryFn: ({ pageParam, signal }) => json<Page<Prompt>>(`/api/prompts${query({ query: search, tag, archived: archived || null, after: pageParam, limit: 50 })}`, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? null,
    placeholderData: (before) => before,
  })
  const all = (pages.data?.pages ?? []).flatMap((page) => page.data)
  const tags = [...new Set([...(tag ? [tag] : []), ...all.flatMap((one) => one.tags ?? [])])].toSorted()
  return (
    <div className="page">
      <PageHead title="Prompts" under="Messages with typed variables, a model, tools and rules; kept in versions that never change.">
        <Button onPress={() => setImporting(true)}>
          <FileUp aria-hidden /> Import
        </Button>
        <Button look="main" onPress={() => go(newPrompt)}>
          <Plus aria-hidden /> New prompt
        </Button>
      </PageHead>
      <div className="toolbar">
        <div className="search">
          <Search aria-hidden />
          <input className="input" type="search" placeholder="Search key, title, description" dir="auto" aria-label="Search prompts" value={words} onChange={(event) => setWords(event.target.value)} />
        </div>
        <div className="chips" role="group" aria-label="Tags">
          {tags.map((one) => (
            <button key={one} type="button" className="pill" aria-pressed={one === tag} onClick={() => setTag(one === tag ? null : one)}>
              {one}
            </button>
          ))}
          <button type="button" className="pill" aria-pressed={archived} onClick={() => setArchived(!archived)}>
            Archived
          </button>
        </div>
      </div>
      {pages.error ? <Fault error={pages.error} /> : null}
      {pages.isPending ? <Loading what="Reading the prompts" /> : null}
      <ul className="prompt-list">
        {all.map((one) => (
          <li key={one.key}>
            {archived ? (
              <div className="prompt-row">
                <Row prompt={one}>
                  <IconButton label={`Bring back ${one.key ?? ''}`} small isDisabled={busy} onPress={() => void run(() => ask(`/api/prompts/${encodeURIComponent(one.key ?? '')}/restore`, { method: 'POST' }), `“${one.key ?? ''}” is back.`)}>
                    <ArchiveRestore />
                  </IconButton>
                </Row>
              </div>
            ) : (
              <Link href={to('prompts', one.key ?? '')} className="prompt-row">
                <Row prompt={one} />
              </Link>
            )}
          </li>
        ))}
      </ul>
      {pages.data && all.length === 0 ? <p className="soft">{archived ? 'No prompt like that is archived.' : 'No prompt is like that.'}</p> : null}
      {pages.hasNextPage ? <Button onPress={() => void pages.fetchNextPage()}>More</Button> : null}
      {importing ? <ImportDialog onClose={() => setImporting(false)} /> : null}
    </div>
  )
}

/** What a list says of a prompt. */
function Row({ prompt, children }: { prompt: Prompt; children?: ReactNode }) {
  return (
    <>
      <span className="prompt-name">
        <b dir="auto">{prompt.title || prompt.key}</b>
        <code>{prompt.key}</code>
      </span>
      <span className="prompt-says" dir="auto">{prompt.description}</span>
      <span className="prompt-marks">
        {prompt.labels?.map((label) => (
          <Chip key={label} tone={label === 'production' ? 'good' : 'on'}>
            {label}
          </Chip>
        ))}
        {prompt.tags?.includes('built-in') ? <Chip>built-in</Chip> : <Chip>v{prompt.version}</Chip>}
        {prompt.createdAt ? <small>{moment(prompt.createdAt)}</small> : null}
        {children}
      </span>
    </>
  )
}
