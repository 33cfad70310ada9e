import { Check, ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import {
  Button,
  Checkbox as AriaCheckbox,
  ComboBox,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select as AriaSelect,
  SelectValue,
  Switch as AriaSwitch,
  Text,
  TextArea,
  TextField,
} from 'react-aria-components'

interface Common {
  label: string
  /** The label is said, not shown. */
  hidden?: boolean
  hint?: ReactNode
  error?: string | undefined
}

export interface TextProps extends Common {
  value: string
  onChange: (value: string) => void
  lines?: number
  type?: 'text' | 'search' | 'number' | 'password' | 'date' | 'url'
  placeholder?: string
  autoFocus?: boolean
  isRequired?: boolean
  isReadOnly?: boolean
  mono?: boolean
}

export function Field({ label, hidden = false, hint, error, value, onChange, lines, type = 'text', placeholder, autoFocus = false, isRequired = false, isReadOnly = false, mono = false }: TextProps) {
  const direction = mono || (type !== 'text' && type !== 'search') ? {} : { dir: 'auto' } // what people write runs as its letters do
  return (
    <TextField className="field" value={value} onChange={onChange} isInvalid={Boolean(error)} isRequired={isRequired} isReadOnly={isReadOnly} autoFocus={autoFocus} {...(hidden ? { 'aria-label': label } : {})}>
      {hidden ? null : <Label>{label}</Label>}
      {lines ? <TextArea className={`input${mono ? ' mono' : ''}`} rows={lines} placeholder={placeholder ?? ''} {...direction} /> : <Input className={`input${mono ? ' mono' : ''}`} type={type} placeholder={placeholder ?? ''} {...direction} />}
      {hint ? (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      ) : null}
      {error ? (
        <Text slot="errorMessage" className="wrong">
          {error}
        </Text>
      ) : null}
    </TextField>
  )
}

export interface Option {
  id: string
  label: string
  detail?: string | undefined
}

interface SelectProps extends Common {
  value: string | null
  onChange: (value: string) => void
  options: Option[]
  placeholder?: string
  small?: boolean
}

const options = (option: Option) => (
  <ListBoxItem key={option.id} id={option.id} textValue={option.label} className="menu-item">
    {({ isSelected }) => (
      <>
        <span className="menu-words" dir="auto">
          {option.label}
          {option.detail ? <small>{option.detail}</small> : null}
        </span>
        {isSelected ? <Check aria-hidden /> : null}
      </>
    )}
  </ListBoxItem>
)

export function Select({ label, hidden = false, hint, error, value, onChange, options: all, placeholder, small = false }: SelectProps) {
  return (
    <AriaSelect className="field" selectedKey={value} onSelectionChange={(chosen) => chosen !== null && onChange(String(chosen))} placeholder={placeholder ?? 'Choose'} isInvalid={Boolean(error)} {...(hidden ? { 'aria-label': label } : {})}>
      {hidden ? null : <Label>{label}</Label>}
      <Button className={`button select${small ? ' small' : ''}`}>
        <SelectValue />
        <ChevronDown aria-hidden />
      </Button>
      {hint ? (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      ) : null}
      {error ? (
        <Text slot="errorMessage" className="wrong">
          {error}
        </Text>
      ) : null}
      <Popover className="popover">
        <ListBox className="menu">{all.map(options)}</ListBox>
      </Popover>
    </AriaSelect>
  )
}

interface ChooseProps extends Omit<SelectProps, 'value'> {
  value: string
  /** A proposal was taken; it is not put into the field then. */
  onPick?: (id: string) => void
}

/** A field with proposals; any other text may be given too. */
export function Choose({ label, hidden = false, hint, error, value, onChange, onPick, options: all, placeholder }: ChooseProps) {
  return (
    <ComboBox className="field" inputValue={value} onInputChange={onChange} allowsCustomValue {...(onPick ? { selectedKey: null, onSelectionChange: (id) => id !== null && onPick(String(id)) } : {})} menuTrigger="focus" isInvalid={Boolean(error)} {...(hidden ? { 'aria-label': label } : {})}>
      {hidden ? null : <Label>{label}</Label>}
      <div className="combo">
        <Input className="input" dir="auto" placeholder={placeholder ?? ''} />
        <Button className="button icon small combo-open">
          <ChevronDown aria-hidden />
        </Button>
      </div>
      {hint ? (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      ) : null}
      {error ? (
        <Text slot="errorMessage" className="wrong">
          {error}
        </Text>
      ) : null}
      <Popover className="popover">
        <ListBox className="menu">{all.map(options)}</ListBox>
      </Popover>
    </ComboBox>
  )
}

interface ToggleProps {
  children: ReactNode
  isSelected: boolean
  onChange: (on: boolean) => void
  isDisabled?: boolean
}

export const Toggle = ({ children, ...rest }: ToggleProps) => (
  <AriaSwitch {...rest} className="switch">
    <span className="switch-track" aria-hidden />
    {children}
  </AriaSwitch>
)

export const Checkbox = ({ children, ...rest }: ToggleProps) => (
  <AriaCheckbox {...rest} className="checkbox">
    <span className="checkbox-box" aria-hidden>
      <Check />
    </span>
    {children}
  </AriaCheckbox>
)
