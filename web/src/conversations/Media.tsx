import { FileText } from 'lucide-react'
import { pictureAt } from '../markdown/safe'

/** A picture in its place; anything else by its name. */
export function Media({ url, mediaType, name }: { url: string; mediaType: string; name: string }) {
  const picture = mediaType.startsWith('image/') ? pictureAt(url) : null
  if (picture) return <img className="media" src={picture} alt={name || 'Picture'} />
  return (
    <span className="chip">
      <FileText aria-hidden /> {name || mediaType || 'file'}
    </span>
  )
}
