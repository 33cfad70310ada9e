import { FileText } from 'lucide-react'
import { Picture } from '../markdown/Picture'
import { pictureAt } from '../markdown/safe'

/** A picture in its place; anything else by its name. */
export function Media({ url, mediaType, name }: { url: string; mediaType: string; name: string }) {
  const picture = mediaType.startsWith('image/') ? pictureAt(url) : null
  const chip = (
    <span className="chip" dir="auto">
      <FileText aria-hidden /> {name || mediaType || 'file'}
    </span>
  )
  return picture ? <Picture className="media" address={picture} alt={name || 'Picture'} missing={chip} /> : chip
}
