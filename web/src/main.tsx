import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './style.css';

import { createRoot } from 'react-dom/client';

import { App } from './App';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id "root"');
createRoot(root).render(<App />);
