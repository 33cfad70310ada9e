import { useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { json } from '../api/http'
import type { Preview, Prompt } from '../api/types'
import { Fault, Loading } from '../kit/Bits'
import { PreviewParts } from '../turns/PreviewRoad'
import { inputs } from './inputs'
import { useSignal } from '../api/signal'

/** The exact request that the unsaved prompt makes with the inputs of the run panel. */
export function Request({ prompt }: { prompt: Prompt }) {
  const { content, values } = useSignal(inputs)
  const known = Object.fromEntries(Object.entries(values).filter(([name]) => prompt.variables?.some((one) => one.name === name)))
  const request = useDeferredValue(JSON.stringify({ prompt, content, variables: known }))
  const preview = useQuery({
    queryKey: ['preview', request],
    queryFn: ({ signal }) => json<Preview>('/api/turns/preview', { method: 'POST', body: request, headers: { 'Content-Type': 'application/json' }, signal }),
    gcTime: 0,
    placeholderData: (before) => before,
    retry: false,
  })
  if (preview.error) return <Fault error={preview.error} />
  return preview.data ? <PreviewParts typed={content} preview={preview.data} /> : <Loading what="Preparing the request" />
}
