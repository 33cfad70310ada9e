import { Paperclip } from 'lucide-react'
import { useState } from 'react'
import { FileTrigger } from 'react-aria-components'
import { upload } from '../files/upload'
import { Button } from '../kit/Button'
import { Field } from '../kit/Fields'
import { sayError } from '../kit/Toasts'

interface Props {
  label: string
  hint: string | undefined
  error?: string | undefined
  type: 'image' | 'file'
  /** An http(s) or data: URL, or the id of an uploaded file. */
  value: string
  placeholder: string
  onChange: (value: string) => void
}

/** A picture or a file as a value: one is uploaded, or named by its address or id. */
export function MediaField({ label, hint, error, type, value, placeholder, onChange }: Props) {
  const [kept, setKept] = useState<{ id: string; name: string } | null>(null)
  const [busy, setBusy] = useState(false)
  const take = async (file: File | undefined) => {
    if (!file) return
    setBusy(true)
    try {
      const made = await upload(file)
      setKept(made)
      onChange(made.id)
    } catch (failure) {
      sayError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="media-field">
      <Field label={label} hint={kept?.id === value ? `“${kept.name}”` : (hint ?? 'Choose one, or give its URL or the id of an uploaded file.')} error={error} value={value} onChange={onChange} placeholder={placeholder} />
      <FileTrigger {...(type === 'image' ? { acceptedFileTypes: ['image/*'] } : {})} onSelect={(files) => void take(files?.[0])}>
        <Button small isDisabled={busy}>
          <Paperclip aria-hidden /> {busy ? 'Uploading…' : `Choose ${type === 'image' ? 'a picture' : 'a file'}`}
        </Button>
      </FileTrigger>
    </div>
  )
}
