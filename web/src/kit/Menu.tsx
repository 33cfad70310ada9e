import type { ReactNode } from 'react'
import { Menu as Aria, MenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components'

export interface Choice {
  id: string
  label: string
  icon?: ReactNode
  detail?: string
  danger?: boolean
  isDisabled?: boolean
  act: () => void
}

interface Props {
  label: string
  /** The button that opens it. */
  children: ReactNode
  choices: (Choice | 'line')[]
}

export function Menu({ label, children, choices }: Props) {
  return (
    <MenuTrigger>
      {children}
      <Popover className="popover" placement="bottom end">
        <Aria aria-label={label} className="menu">
          {choices.map((choice, n) =>
            choice === 'line' ? (
              <Separator key={`line-${String(n)}`} className="menu-line" />
            ) : (
              <MenuItem key={choice.id} id={choice.id} textValue={choice.label} onAction={choice.act} isDisabled={choice.isDisabled ?? false} className={`menu-item${choice.danger ? ' danger' : ''}`}>
                {choice.icon}
                <span className="menu-words">
                  {choice.label}
                  {choice.detail ? <small>{choice.detail}</small> : null}
                </span>
              </MenuItem>
            ),
          )}
        </Aria>
      </Popover>
    </MenuTrigger>
  )
}
