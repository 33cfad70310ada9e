import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { MessageSquarePlus, Pin, Search, Star } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { json, query } from '../api/http'
import type { Conversation, Page } from '../api/types'
import { Fault } from '../kit/Bits'
import { Button } from '../kit/Button'
import { Link } from '../shell/Link'
import { to } from '../shell/route'
import { chord } from '../shell/shortcuts'
import { grouped, listTitle } from './titles'

type Shown = 'all' | 'starred' | 'archived'

/** All conversations, newest first, by day; more are read as one scrolls. */
export function ConversationList({ chosen }: { chosen: string | undefined }) {
  const [words, setWords] = useState('')
  const [shown, setShown] = useState<Shown>('all')
  const search = useDeferredValue(words.trim())
  const asked = { query: search, ...(shown === 'starred' ? { starred: true } : shown === 'archived' ? { archived: true } : {}) }
  const pages = useInfiniteQuery({
    queryKey: ['conversations', 'list', search, shown],
    queryFn: ({ pageParam, signal }) =>
      json<Page<Conversation>>(`/api/conversations${query({ ...asked, after: pageParam, limit: 50 })}`, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? null,
    placeholderData: (before) => before,
  })
  // Pinned ones stand on top, on whatever page they are.
  const pinned = useQuery({
    queryKey: ['conversations', 'list', search, shown, 'pinned'],
    queryFn: ({ signal }) => json<Page<Conversation>>(`/api/conversations${query({ ...asked, pinned: true, limit: 200 })}`, { signal }),
    placeholderData: (before) => before,
  })
  const found = [...(pinned.data?.data ?? []), ...(pages.data?.pages ?? []).flatMap((page) => page.data)]
  const all = [...new Map(found.map((one) => [one.id, one])).values()].filter((one) => (shown === 'starred' ? one.starred : shown === 'archived' ? one.archived : !one.archived))
  return (
    <aside className={`list-column${all.length === 0 && search === '' && shown === 'all' ? ' none' : ''}`} aria-label="Conversations">
      <div className="list-head">
        <div className="search">
          <Search aria-hidden />
          <input className="input" type="search" placeholder="Search" dir="auto" aria-label="Search conversations" value={words} onChange={(event) => setWords(event.target.value)} />
        </div>
        <Link href="/conversations" className="button icon" aria-label="New conversation" aria-keyshortcuts={chord('N')}>
          <MessageSquarePlus />
        </Link>
      </div>
      <div className="list-filter" role="group" aria-label="Which conversations">
        {(['all', 'starred', 'archived'] as const).map((which) => (
          <button key={which} type="button" className="pill" aria-pressed={shown === which} onClick={() => setShown(which)}>
            {which === 'all' ? 'All' : which === 'starred' ? 'Starred' : 'Archive'}
          </button>
        ))}
      </div>
      {pages.error ? <Fault error={pages.error} /> : null}
      <nav
        className="list-body"
        aria-label="Conversation list"
        onScroll={({ currentTarget: box }) => {
          if (pages.hasNextPage && !pages.isFetchingNextPage && box.scrollHeight - box.scrollTop - box.clientHeight < 400) void pages.fetchNextPage()
        }}
      >
        {grouped(all).map(({ name, items }) => (
          <section key={name}>
            <h2 className="list-day">{name}</h2>
            <ul>
              {items.map((one) => (
                <li key={one.id}>
                  <Link href={to('conversations', one.id)} className="list-item" aria-current={one.id === chosen ? 'page' : undefined}>
                    <span className="list-title" dir="auto">{listTitle(one)}</span>
                    {one.pinned ? <Pin aria-label="pinned" /> : null}
                    {one.starred ? <Star aria-label="starred" /> : null}
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
        {pages.data && all.length === 0 ? <p className="soft pad">{search ? 'Nothing is called that.' : shown === 'all' ? 'No conversations yet.' : 'Nothing here.'}</p> : null}
        {pages.hasNextPage ? (
          <Button small onPress={() => void pages.fetchNextPage()} isDisabled={pages.isFetchingNextPage}>
            More
          </Button>
        ) : null}
      </nav>
    </aside>
  )
}
