import { useQuery } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { ask } from '../api/http'

interface Props {
  /** One that `pictureAt` lets through. */
  address: string
  alt: string
  className?: string
  /** What stands in its place when its bytes cannot be had. */
  missing: ReactNode
}

/** A picture that came with a text or that the server keeps. A kept one is fetched as everything is, with the key: an element cannot show one to the server. */
export function Picture({ address, alt, className, missing }: Props) {
  const isKept = address.startsWith('/')
  const kept = useQuery({ queryKey: ['content', address], queryFn: async ({ signal }) => (await ask(address, { signal })).blob(), enabled: isKept, staleTime: Infinity, structuralSharing: false })
  const source = useObjectUrl(kept.data)
  if (isKept && !source) return kept.error ? missing : <span className="soft">{alt}</span>
  return <img className={className} src={source ?? address} alt={alt} loading="lazy" />
}

/** An address of bytes in memory for as long as they are drawn. */
function useObjectUrl(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    if (!blob) return
    const made = URL.createObjectURL(blob)
    setUrl(made)
    return () => {
      setUrl(undefined)
      URL.revokeObjectURL(made)
    }
  }, [blob])
  return url
}
