import type { Json, Project } from '../api/types'
import { Chip } from '../kit/Bits'
import { brief } from '../kit/words'

/** What counts in a project, and which layer says so. */
export interface Effective {
  layers: string[]
  system?: { text: string; sources: string[] }
  model?: { value: string; source: string }
  parameters: Record<string, { value: Json; source: string }>
  tools?: { name?: string; value?: string; source: string }[]
  rules?: { name?: string; value?: string; source: string }[]
  variables: Record<string, { value: Json; source: string }>
}

/** The name of a layer: a project's for its id. */
export const nameOf = (source: string, all: readonly Project[]): string => all.find(({ id }) => source === `project:${id}` || source === id)?.name ?? source

export function EffectiveView({ effective, own, all }: { effective: Effective; own: string; all: readonly Project[] }) {
  const from = (sources: string) =>
    sources.split(', ').map((source) => (
      <Chip key={source} tone={source.endsWith(own) ? 'on' : ''}>
        {source.endsWith(own) ? 'here' : `inherited from ${nameOf(source, all)}`}
      </Chip>
    ))
  const named = (list: Effective['tools']) => (list ?? []).map((one) => [one.name ?? one.value ?? '', '', one.source] as const)
  const rows = [
    ...(effective.system ? ([['system', brief(effective.system.text, 200), effective.system.sources.join(', ')]] as const) : []),
    ...(effective.model ? ([['model', effective.model.value, effective.model.source]] as const) : []),
    ...Object.entries(effective.parameters).map(([name, { value, source }]) => [name, brief(value, 80), source] as const),
    ...named(effective.tools).map(([name, , source]) => [`tool ${name}`, '', source] as const),
    ...named(effective.rules).map(([name, , source]) => [`rule ${name}`, '', source] as const),
    ...Object.entries(effective.variables).map(([name, { value, source }]) => [name, brief(value, 80), source] as const),
  ]
  if (rows.length === 0) return <p className="soft">Nothing is set, here or above.</p>
  return (
    <ul className="effective">
      {rows.map(([name, value, source], n) => (
        <li key={`${name}-${String(n)}`}>
          <code>{name}</code> <span className="explained-value">{value}</span> {from(source)}
        </li>
      ))}
    </ul>
  )
}
