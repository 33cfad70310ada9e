import { Component, type ReactNode } from 'react'
import { told } from '../api/http'

/** Keeps a fault of one page from taking the rest with it. */
export class Crash extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override render() {
    if (this.state.error === null) return this.props.children
    return (
      <div className="fault page-fault" role="alert">
        <p>This page broke: {told(this.state.error)}</p>
        <button type="button" className="button" onClick={() => location.reload()}>
          Load it again
        </button>
      </div>
    )
  }
}
