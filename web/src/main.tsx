import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { client } from './api/queries'
import { App } from './App'
import { Crash } from './shell/Crash'
import './shell/theme'
import './styles/tokens.css'
import './styles/base.css'
import './styles/kit.css'

createRoot(document.querySelector('#root') as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <Crash at="">
        <App />
      </Crash>
    </QueryClientProvider>
  </StrictMode>,
)
