import type { ReactNode } from 'react'
import { Problem, told } from '../api/http'
import { key } from '../api/key'
import { Button } from './Button'

export const Loading = ({ what = 'Loading' }: { what?: string }) => (
  <div className="loading" role="status">
    <span className="spinner" aria-hidden />
    {what}…
  </div>
)

export const Fault = ({ error }: { error: unknown }) => (
  <div className="fault" role="alert">
    {told(error)}
    {error instanceof Problem && error.status === 403 ? (
      <Button small onPress={key.give}>
        Use another key
      </Button>
    ) : null}
  </div>
)

export const Empty = ({ title, children }: { title: string; children?: ReactNode }) => (
  <div className="empty">
    <h2>{title}</h2>
    {children}
  </div>
)

export const Chip = ({ children, tone = '', title }: { children: ReactNode; tone?: string; title?: string }) => (
  <span className={`chip ${tone}`} dir="auto" title={title}>
    {children}
  </span>
)

/** The head of a page: what it is, and what can be done. */
export const PageHead = ({ title, children, under }: { title: string; children?: ReactNode; under?: ReactNode }) => (
  <header className="page-head">
    <div className="page-head-row">
      <h1>{title}</h1>
      <div className="actions">{children}</div>
    </div>
    {under ? <p className="lead">{under}</p> : null}
  </header>
)
