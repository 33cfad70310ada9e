import { useQuery } from '@tanstack/react-query'
import { UserMinus } from 'lucide-react'
import { useState } from 'react'
import { ask, json, told } from '../api/http'
import { me as meQuery } from '../api/queries'
import type { Member, Page, Project, Role } from '../api/types'
import { Chip, Fault, Loading } from '../kit/Bits'
import { Button, IconButton } from '../kit/Button'
import { Field, Select } from '../kit/Fields'
import { useChange } from '../kit/useChange'

const roles: { id: Role; label: string; detail: string }[] = [
  { id: 'viewer', label: 'viewer', detail: 'reads' },
  { id: 'runner', label: 'runner', detail: 'also runs turns and talks' },
  { id: 'editor', label: 'editor', detail: 'also writes prompts, rules and settings' },
  { id: 'owner', label: 'owner', detail: 'also says who the members are' },
]

/** Who may do what in a project. The server judges; this page does not offer what it knows would be refused, and says why. */
export function Members({ project, all }: { project: Project; all: readonly Project[] }) {
  const path = `/api/projects/${encodeURIComponent(project.id)}/members`
  const members = useQuery({ queryKey: ['projects', project.id, 'members'], queryFn: ({ signal }) => json<Page<Member>>(path, { signal }), select: (page) => page.data })
  const me = useQuery(meQuery)
  const [fault, setFault] = useState<string>()
  const [run, busy] = useChange('projects')
  if (members.error) return <Fault error={members.error} />
  if (!members.data || !me.data) return <Loading what="Reading the members" />
  const own = members.data.find(({ user }) => user === me.data.user)?.role
  const isAdmin = me.data.scopes.includes('admin')
  const may = isAdmin || own === 'owner'
  const change = (act: () => Promise<unknown>, done: string) => {
    setFault(undefined)
    return run(() => act().catch((error: unknown) => {
      setFault(told(error))
      throw error
    }), done)
  }
  const set = (user: string, role: Role) => change(() => ask(`${path}/${encodeURIComponent(user)}`, { method: 'PUT', body: { role } }), `${user} is ${role} from now on.`)
  const remove = (user: string) => change(() => ask(`${path}/${encodeURIComponent(user)}`, { method: 'DELETE' }), `${user} is no member any more.`)
  return (
    <>
      {members.data.length === 0 ? <p className="soft">Nobody is a member, so everybody in the organization may do everything here. The first member closes it to all others.</p> : null}
      {may ? null : <p className="soft">{refusal(members.data.length === 0, own)}</p>}
      {members.data.length > 0 ? (
        <div className="table-scroll" role="region" aria-label={`Members of ${project.name}`} tabIndex={0}>
          <table className="table">
            <thead>
              <tr>
                <th>User</th>
                <th>Role</th>
                <th>Said by</th>
                <th>
                  <span className="soft">Do</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {members.data.map(({ user, role, project: by }) => (
                <tr key={user}>
                  <td>
                    {user} {user === me.data.user ? <Chip tone="on">you</Chip> : null}
                  </td>
                  <td>{may ? <Select label={`Role of ${user}`} hidden small value={role} options={roles} onChange={(next) => next !== role && void set(user, next as Role)} /> : role}</td>
                  <td>{by === project.id ? 'here' : (all.find(({ id }) => id === by)?.name ?? by)}</td>
                  <td>
                    {may && by === project.id ? (
                      <IconButton label={`Remove ${user}`} small isDisabled={busy} onPress={() => void remove(user)}>
                        <UserMinus />
                      </IconButton>
                    ) : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {fault ? (
        <div className="fault" role="alert">
          {fault}
        </div>
      ) : null}
      {may ? <NewMember busy={busy} isFirst={members.data.length === 0} onAdd={set} /> : null}
    </>
  )
}

function NewMember({ busy, isFirst, onAdd }: { busy: boolean; isFirst: boolean; onAdd: (user: string, role: Role) => Promise<boolean> }) {
  const [user, setUser] = useState('')
  const [role, setRole] = useState<Role>(isFirst ? 'owner' : 'viewer')
  return (
    <form
      className="member-form"
      onSubmit={(event) => {
        event.preventDefault()
        void onAdd(user.trim(), role).then((done) => {
          if (!done) return
          setUser('')
          setRole('viewer')
        })
      }}
    >
      <Field label="New member" value={user} onChange={setUser} placeholder="ann" />
      <Select label="Role" value={role} options={roles} onChange={(next) => setRole(next as Role)} />
      <Button type="submit" isDisabled={busy || user.trim() === ''}>
        Add
      </Button>
    </form>
  )
}

/** Why nothing can be changed here, and who could. */
const refusal = (isOpen: boolean, own: Role | undefined): string =>
  isOpen ? 'Only a key with the scope admin makes the first member.' : own ? `You are ${own} here. Owners say who the members are.` : 'Owners say who the members are.'
