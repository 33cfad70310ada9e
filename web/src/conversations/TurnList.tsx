import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import { IconButton } from '../kit/Button'

interface Props {
  keys: readonly string[]
  draw: (n: number) => ReactNode
  /** Whether the end is still growing. */
  isLive: boolean
  /** Counts what was sent from here: each begins at the end. */
  begun: number
}

const near = 80

/** Turns in a list of which only the visible ones exist; it opens at its end, goes there when something is sent, and stays there while an answer grows, unless somebody scrolled away. */
export function TurnList({ keys, draw, isLive, begun }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const sizer = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  const last = useRef(0)
  const [away, setAway] = useState(false)
  const list = useVirtualizer({
    count: keys.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 260,
    getItemKey: (n) => keys[n] ?? n,
    overscan: 3,
    paddingStart: 24,
    paddingEnd: 32,
  })
  const size = list.getTotalSize()

  const toEnd = () => {
    const box = scroller.current
    if (box) box.scrollTop = box.scrollHeight
  }
  useEffect(() => {
    atEnd.current = true
    toEnd()
  }, [begun])
  useLayoutEffect(() => {
    if (atEnd.current) toEnd()
  }, [size, isLive])

  // A list that grows or a box that shrinks moves nothing by itself: the end is gone to again.
  useEffect(() => {
    const grown = new ResizeObserver(() => atEnd.current && toEnd())
    for (const one of [scroller.current, sizer.current]) if (one) grown.observe(one)
    return () => grown.disconnect()
  }, [])

  const onScroll = () => {
    const box = scroller.current
    if (!box) return
    // Only who goes up leaves the end; what grew under it has not.
    if (box.scrollHeight - box.scrollTop - box.clientHeight < near) atEnd.current = true
    else if (box.scrollTop < last.current - 1) atEnd.current = false
    last.current = box.scrollTop
    setAway(!atEnd.current)
  }
  const onWheel = (event: React.WheelEvent) => {
    if (event.deltaY < 0) atEnd.current = false
  }
  return (
    <div className="turns-frame">
      <div className="turns" ref={scroller} onScroll={onScroll} onWheel={onWheel} tabIndex={0} role="log" aria-label="Turns" aria-live="off">
        <div className="turns-sizer" ref={sizer} style={{ height: size }}>
          {list.getVirtualItems().map((item) => (
            <div key={item.key} ref={list.measureElement} data-index={item.index} className="turns-row" style={{ transform: `translateY(${String(item.start)}px)` }}>
              {draw(item.index)}
            </div>
          ))}
        </div>
      </div>
      {away ? (
        <div className="to-end">
          <IconButton label="To the newest turn" onPress={toEnd}>
            <ArrowDown />
          </IconButton>
        </div>
      ) : null}
    </div>
  )
}
