import type { ReactNode } from 'react'
import { Button as Aria, type ButtonProps, Tooltip, TooltipTrigger } from 'react-aria-components'

type Look = 'plain' | 'main' | 'quiet' | 'danger'

interface Props extends Omit<ButtonProps, 'className' | 'children'> {
  look?: Look
  small?: boolean
  children: ReactNode
}

export function Button({ look = 'plain', small = false, children, ...rest }: Props) {
  return (
    <Aria {...rest} className={`button ${look}${small ? ' small' : ''}`}>
      {children}
    </Aria>
  )
}

interface IconProps extends Omit<ButtonProps, 'className' | 'children'> {
  label: string
  small?: boolean
  pressed?: boolean
  children: ReactNode
}

/** A button that shows only an icon; its label is said and shown as a tip. */
export function IconButton({ label, small = false, pressed, children, ...rest }: IconProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={80}>
      <Aria {...rest} aria-label={label} {...(pressed === undefined ? {} : { 'aria-pressed': pressed })} className={`button icon${small ? ' small' : ''}${pressed ? ' pressed' : ''}`}>
        {children}
      </Aria>
      <Tooltip className="tip" offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  )
}
