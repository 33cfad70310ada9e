import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { Prompt } from '../api/types'
import { Button } from '../kit/Button'
import { useFocusNear } from '../kit/useFocusNear'
import { remedy } from './remedies'
import type { Issue } from './useIssues'

const icons = { error: <CircleAlert aria-label="error" />, warning: <TriangleAlert aria-label="warning" />, info: <Info aria-label="note" /> }

interface Props {
  issues: readonly Issue[]
  isFresh: boolean
  used: readonly string[]
  draft: Prompt
  onChange: (part: Partial<Prompt>) => void
}

/** What is wrong with a prompt, worst first, with a button where the page knows the way out. */
export function Issues({ issues, isFresh, used, draft, onChange }: Props) {
  const near = useFocusNear<HTMLUListElement>('button', '[aria-label="Messages"] button')
  const defined = draft.variables ?? []
  const undefinedNames = used.filter((name) => !defined.some((one) => one.name === name))
  const order = ['error', 'warning', 'info']
  const sorted = issues.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity)).slice(0, 40)
  const define = (names: readonly string[]) => onChange({ variables: [...defined, ...names.map((name) => ({ name, type: 'string', required: true }))] })
  if (sorted.length === 0 && undefinedNames.length === 0) return null
  return (
    <ul className="issues" aria-label="Remarks on this prompt" {...near}>
      {undefinedNames.length > 0 && !sorted.some((issue) => issue.code === 'variable_undefined') ? (
        <li className="warning">
          {icons.warning}
          <span>
            Used but not defined: {undefinedNames.slice(0, 8).join(', ')}
            {undefinedNames.length > 8 ? ` and ${String(undefinedNames.length - 8)} more` : ''}.
          </span>
          <Button small onPress={() => define(undefinedNames)}>
            Define {undefinedNames.length === 1 ? 'it' : 'them'}
          </Button>
        </li>
      ) : null}
      {sorted.map((issue, n) => (
        <li key={`${issue.code}-${issue.path}-${String(n)}`} className={issue.severity}>
          {icons[issue.severity]}
          <span>
            {issue.message} <small>{issue.path}</small>
          </span>
          <Remedy issue={issue} isFresh={isFresh} draft={draft} onChange={onChange} />
        </li>
      ))}
    </ul>
  )
}

function Remedy({ issue, isFresh, draft, onChange }: { issue: Issue } & Pick<Props, 'isFresh' | 'draft' | 'onChange'>) {
  const found = remedy(issue, draft)
  if (!found) return issue.fix ? <small>{issue.fix.message}</small> : null
  return (
    <Button small isDisabled={!isFresh} onPress={() => onChange(found.change)}>
      {found.says}
    </Button>
  )
}
