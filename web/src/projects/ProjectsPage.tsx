import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { json } from '../api/http'
import { projects as projectsQuery } from '../api/queries'
import type { Project } from '../api/types'
import { Empty, Fault, Loading, PageHead } from '../kit/Bits'
import { Button } from '../kit/Button'
import { Dialog } from '../kit/Dialog'
import { Field } from '../kit/Fields'
import { useChange } from '../kit/useChange'
import { Link } from '../shell/Link'
import { go, to } from '../shell/route'
import './projects.css'
import { ProjectView } from './ProjectView'
import { childrenOf } from './tree'

export default function ProjectsPage({ id }: { id: string | undefined }) {
  const projects = useQuery(projectsQuery)
  const [making, setMaking] = useState<string | null>(null)
  const all = projects.data ?? []
  const chosen = all.find((one) => one.id === id)
  return (
    <div className="page">
      <PageHead title="Projects" under="Settings that conversations share, handed down the tree.">
        <Button look="main" onPress={() => setMaking('')}>
          <Plus aria-hidden /> New project
        </Button>
      </PageHead>
      {projects.error ? <Fault error={projects.error} /> : null}
      {projects.isPending ? <Loading /> : null}
      {projects.data?.length === 0 ? <Empty title="No projects yet">A project sets a model, rules, tools or variables once for all of its conversations.</Empty> : null}
      {all.length > 0 ? (
        <div className="projects">
          <nav aria-label="Project tree" className="card tree-card">
            <Branch all={all} parent={undefined} chosen={id} />
          </nav>
          {chosen ? <ProjectView key={chosen.id} project={chosen} all={all} onBelow={() => setMaking(chosen.id)} /> : <p className="soft pad">Choose a project.</p>}
        </div>
      ) : null}
      {making === null ? null : <NewProject parent={making} onClose={() => setMaking(null)} />}
    </div>
  )
}

function Branch({ all, parent, chosen }: { all: readonly Project[]; parent: string | undefined; chosen: string | undefined }) {
  return (
    <ul className="tree">
      {childrenOf(all, parent).map((one) => (
        <li key={one.id}>
          <Link href={to('projects', one.id)} className="list-item" dir="auto" aria-current={one.id === chosen ? 'page' : undefined}>
            {one.name}
          </Link>
          {childrenOf(all, one.id).length > 0 ? <Branch all={all} parent={one.id} chosen={chosen} /> : null}
        </li>
      ))}
    </ul>
  )
}

function NewProject({ parent, onClose }: { parent: string; onClose: () => void }) {
  const [name, setName] = useState('')
  const [run, busy] = useChange('projects')
  return (
    <Dialog title={parent ? 'A project below this one' : 'New project'} isOpen onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void run(async () => {
            const made = await json<Project>('/api/projects', { method: 'POST', body: { name, ...(parent ? { parent } : {}) } })
            go(to('projects', made.id))
          }, 'The project is there.').then((done) => done && onClose())
        }}
      >
        <Field label="Name" value={name} onChange={setName} autoFocus isRequired />
        <div className="actions end">
          <Button type="submit" look="main" isDisabled={busy || name.trim() === ''}>
            Create
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
