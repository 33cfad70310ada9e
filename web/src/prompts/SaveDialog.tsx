import { useState } from 'react'
import { ask, Problem, query, told } from '../api/http'
import type { Prompt } from '../api/types'
import { Button } from '../kit/Button'
import { Dialog } from '../kit/Dialog'
import { Field } from '../kit/Fields'
import { say } from '../kit/Toasts'
import { ProjectChoice } from '../projects/ProjectChoice'

interface Props {
  prompt: Prompt
  etag: string
  isNew: boolean
  onClose: () => void
  /** Tells what was made, and the tag that the next save must name. */
  onSaved: (prompt: Prompt, etag: string) => void
}

/** Keeps a version. When somebody else has saved in between, nothing is lost: this one is kept in the editor, and what to do is asked. */
export function SaveDialog({ prompt, etag, isNew, onClose, onSaved }: Props) {
  const [name, setName] = useState(prompt.key ?? '')
  const [note, setNote] = useState('')
  const [project, setProject] = useState('')
  const [fault, setFault] = useState<string>()
  const [conflict, setConflict] = useState(false)
  const [busy, setBusy] = useState(false)
  const save = async (over = false) => {
    setBusy(true)
    setFault(undefined)
    try {
      const body = { ...prompt, key: name, ...(note ? { note } : {}) }
      const response = isNew
        ? await ask(`/api/prompts${query({ project })}`, { method: 'POST', body })
        : await ask(`/api/prompts/${encodeURIComponent(name)}`, { method: 'PUT', body, headers: over || etag === '' ? {} : { 'If-Match': etag } })
      const made = (await response.json()) as Prompt
      say(`Saved as version ${String(made.version ?? 1)}.`)
      onSaved(made, response.headers.get('ETag') ?? '')
    } catch (error) {
      setConflict(!isNew && error instanceof Problem && error.status === 412)
      setFault(told(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog title={isNew ? 'Save a new prompt' : 'Save a new version'} isOpen onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        {isNew ? <Field label="Key" value={name} onChange={setName} autoFocus isRequired hint="How requests name it, such as summarize or team/summarize" /> : null}
        {isNew ? <ProjectChoice value={project} onChange={setProject} hint="Only its members see and run it." /> : null}
        <Field label="Note" value={note} onChange={setNote} hint="What changed, for those who read the versions" autoFocus={!isNew} />
        {fault ? (
          <div className="fault" role="alert">
            {fault}
          </div>
        ) : null}
        <div className="actions end">
          {conflict ? (
            <Button look="danger" isDisabled={busy} onPress={() => void save(true)}>
              Save over it as the newest
            </Button>
          ) : null}
          <Button type="submit" look="main" isDisabled={busy || name.trim() === ''}>
            {conflict ? 'Try again' : 'Save'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
