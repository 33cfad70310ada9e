import { X } from 'lucide-react'
import { IconButton } from '../kit/Button'
import { Select } from '../kit/Fields'
import { bytes } from '../kit/words'
import { Picture } from '../markdown/Picture'
import { pictureAt } from '../markdown/safe'
import { type BoxResource, isPicture, policies, type Policy } from './boxResources'

/** What goes with the next turn, and for how long. */
export function BoxResources({ files, onChange }: { files: readonly BoxResource[]; onChange: (files: BoxResource[]) => void }) {
  return (
    <ul className="box-resources" aria-label="Attached files">
      {files.map((file) => (
        <li key={file.key} className="box-resource">
          <Small file={file} />
          <span className="box-resource-name" title={file.name}>
            <bdi>{file.name}</bdi> {file.size === undefined ? null : <small>{bytes(file.size)}</small>}
          </span>
          <Select label={`How long ${file.name} stays`} hidden small value={file.policy} options={policies} onChange={(policy) => onChange(files.map((one) => (one.key === file.key ? { ...one, policy: policy as Policy } : one)))} />
          <IconButton label={`Remove ${file.name}`} small onPress={() => onChange(files.filter((one) => one.key !== file.key))}>
            <X />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}

/** A picture, small: as it is in this page, or as the server keeps it. */
function Small({ file }: { file: BoxResource }) {
  if (!isPicture(file)) return null
  if (file.url?.startsWith('blob:')) return <img src={file.url} alt="" />
  const address = pictureAt(file.url || (file.isEarlier ? '' : `/api/files/${encodeURIComponent(file.id)}/content`))
  return address ? <Picture address={address} alt="" missing={null} /> : null
}
