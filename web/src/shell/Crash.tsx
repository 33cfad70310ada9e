import { Component, type ReactNode } from 'react'
import { connection } from '../api/connection'
import { told } from '../api/http'
import { renew } from '../kit/later'

interface Props {
  /** Where the page is; a fault is forgotten when somebody goes elsewhere. */
  at: string
  children: ReactNode
}

/** Keeps a fault of one part of the page from taking the rest with it. What broke is tried again when the server is back. */
export class Crash extends Component<Props, { error: unknown; at: string }> {
  override state: { error: unknown; at: string } = { error: null, at: this.props.at }
  private leave = () => undefined as unknown

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  static getDerivedStateFromProps({ at }: Props, state: { at: string }) {
    return at === state.at ? null : { error: null, at }
  }

  override componentDidMount() {
    this.leave = connection.onBack(() => this.state.error !== null && this.setState({ error: null }))
  }

  override componentDidCatch() {
    renew()
  }

  override componentWillUnmount() {
    this.leave()
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
