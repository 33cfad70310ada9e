import { Checkbox } from '../kit/Fields'

const scopes = [
  { id: 'turns', says: 'run and preview turns' },
  { id: 'prompts:read', says: 'read prompts, rules, tags and projects' },
  { id: 'prompts:write', says: 'change them' },
  { id: 'conversations', says: 'read and change conversations' },
  { id: 'files', says: 'upload, read and delete files, and open those of the workspace by their path' },
  { id: 'usage', says: 'read tokens and costs' },
  { id: 'tools:manage', says: 'connect tool servers' },
  { id: 'keys:manage', says: 'make, change and revoke keys' },
  { id: 'admin', says: 'everything' },
]

interface Props {
  chosen: readonly string[]
  onChange: (chosen: readonly string[]) => void
}

/** What a key may do. */
export function ScopeBoxes({ chosen, onChange }: Props) {
  return (
    <fieldset className="field scopes">
      <legend>May</legend>
      {scopes.map(({ id, says }) => (
        <Checkbox key={id} isSelected={chosen.includes(id)} onChange={(on) => onChange(on ? [...chosen, id] : chosen.filter((one) => one !== id))}>
          <span>
            <code>{id}</code> <small className="soft">{says}</small>
          </span>
        </Checkbox>
      ))}
    </fieldset>
  )
}
