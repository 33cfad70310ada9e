import { useInfiniteQuery } from '@tanstack/react-query'
import { FileUp, Plus, Search } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { json, query } from '../api/http'
import type { Page, Prompt } from '../api/types'
import { Chip, Fault, Loading, PageHead } from '../kit/Bits'
import { Button } from '../kit/Button'
import { moment } from '../kit/words'
import { Link } from '../shell/Link'
import { go, to } from '../shell/route'
import { ImportDialog } from './ImportDialog'
import { PromptEditor } from './PromptEditor'
import './prompts.css'

export default function PromptsPage({ name }: { name: string | undefined }) {
  if (name === 'new') return <PromptEditor key="new" name={null} />
  return name ? <PromptEditor key={name} name={name} /> : <PromptList />
}

function PromptList() {
  const [words, setWords] = useState('')
  const [tag, setTag] = useState<string | null>(null)
  const [importing, setImporting] = useState(false)
  const search = useDeferredValue(words.trim())
  const pages = useInfiniteQuery({
    queryKey: ['prompts', 'list', search, tag],
    queryFn: ({ pageParam, signal }) => json<Page<Prompt>>(`/api/prompts${query({ query: search, tag, after: pageParam, limit: 50 })}`, { signal }),
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
        <Button look="main" onPress={() => go(to('prompts', 'new'))}>
          <Plus aria-hidden /> New prompt
        </Button>
      </PageHead>
      <div className="toolbar">
        <div className="search">
          <Search aria-hidden />
          <input className="input" type="search" placeholder="Search key, title, description" aria-label="Search prompts" value={words} onChange={(event) => setWords(event.target.value)} />
        </div>
        <div className="chips" role="group" aria-label="Tags">
          {tags.map((one) => (
            <button key={one} type="button" className="pill" aria-pressed={one === tag} onClick={() => setTag(one === tag ? null : one)}>
              {one}
            </button>
          ))}
        </div>
      </div>
      {pages.error ? <Fault error={pages.error} /> : null}
      {pages.isPending ? <Loading what="Reading the prompts" /> : null}
      <ul className="prompt-list">
        {all.map((one) => (
          <li key={one.key}>
            <Link href={to('prompts', one.key ?? '')} className="prompt-row">
              <span className="prompt-name">
                <b>{one.title || one.key}</b>
                <code>{one.key}</code>
              </span>
              <span className="prompt-says">{one.description}</span>
              <span className="prompt-marks">
                {one.labels?.map((label) => (
                  <Chip key={label} tone={label === 'production' ? 'good' : 'on'}>
                    {label}
                  </Chip>
                ))}
                {one.tags?.includes('built-in') ? <Chip>built-in</Chip> : <Chip>v{one.version}</Chip>}
                {one.createdAt ? <small>{moment(one.createdAt)}</small> : null}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {pages.data && all.length === 0 ? <p className="soft">No prompt is like that.</p> : null}
      {pages.hasNextPage ? <Button onPress={() => void pages.fetchNextPage()}>More</Button> : null}
      {importing ? <ImportDialog onClose={() => setImporting(false)} /> : null}
    </div>
  )
}
