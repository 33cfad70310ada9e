import { useQuery } from '@tanstack/react-query'
import { projects as projectsQuery } from '../api/queries'
import { Select } from '../kit/Fields'

interface Props {
  label?: string
  hint?: string
  small?: boolean
  value: string
  onChange: (project: string) => void
}

/** Where something new belongs; nothing is asked where there are no projects. */
export function ProjectChoice({ label = 'Project', hint, small = false, value, onChange }: Props) {
  const projects = useQuery(projectsQuery)
  if (!projects.data?.length) return null
  return <Select label={label} {...(hint ? { hint } : {})} small={small} value={value} onChange={onChange} options={[{ id: '', label: 'None: everybody in the organization' }, ...projects.data.map(({ id, name }) => ({ id, label: name, detail: id }))]} />
}
