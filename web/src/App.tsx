import { Suspense, useEffect, useRef, type ReactNode } from 'react'
import { Empty, Loading } from './kit/Bits'
import { later } from './kit/later'
import { Crash } from './shell/Crash'
import { arrive } from './shell/focus'
import { go, useRoute, withQuery } from './shell/route'
import { Shell } from './shell/Shell'

const TurnRoad = later(() => import('./turns/TurnRoad'))
const ConversationsPage = later(() => import('./conversations/ConversationsPage'))
const PromptsPage = later(() => import('./prompts/PromptsPage'))
const RulesPage = later(() => import('./rules/RulesPage'))
const TagsPage = later(() => import('./tags/TagsPage'))
const ProjectsPage = later(() => import('./projects/ProjectsPage'))
const ToolsPage = later(() => import('./tools/ToolsPage'))
const ModelsPage = later(() => import('./models/ModelsPage'))
const FilesPage = later(() => import('./files/FilesPage'))
const KeysPage = later(() => import('./keys/KeysPage'))
const UsagePage = later(() => import('./usage/UsagePage'))

/** Which page stands at an address. */
function page(parts: string[]): ReactNode {
  const [place = 'conversations', first] = parts
  switch (place) {
    case 'conversations':
    case 'start':
      return <ConversationsPage id={first} />
    case 'prompts':
      return <PromptsPage name={first} />
    case 'rules':
      return <RulesPage />
    case 'tags':
      return <TagsPage />
    case 'projects':
      return <ProjectsPage id={first} />
    case 'tools':
      return <ToolsPage />
    case 'models':
      return <ModelsPage />
    case 'files':
      return <FilesPage />
    case 'usage':
      return <UsagePage />
    case 'keys':
      return <KeysPage />
    default:
      return <Empty title="There is no such page" />
  }
}

export function App() {
  const { parts, query } = useRoute()
  const road = query.get('road')
  const at = `${parts.join('/')}${query.has('new') ? '?new' : ''}`
  const was = useRef(at)
  useEffect(() => {
    if (was.current !== at) arrive()
    was.current = at
  }, [at])
  return (
    <Shell place={parts[0] ?? 'conversations'}>
      <Crash at={at}>
        <Suspense fallback={<Loading />}>{page(parts)}</Suspense>
      </Crash>
      <Crash at={road ?? ''}>
        <Suspense>{road ? <TurnRoad id={road} onClose={() => go(withQuery('road', null), { replace: true })} /> : null}</Suspense>
      </Crash>
    </Shell>
  )
}
