/// <reference types="wxt/vite-builder-env" />

import 'wxt/browser';

declare module 'wxt/browser' {
  interface WxtRuntime {
    getURL(path: '/' | '/pair.html' | '/sidepanel.html' | '/tour.html'): string;
  }
}
