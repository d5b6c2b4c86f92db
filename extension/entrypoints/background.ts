import { browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import { watchAnnouncing } from '../announcing/store';
import { watchSnooze } from '../consent/snooze';
import { watchKeys } from '../keys/store';
import { ActivityReport } from '../link/activity';
import { DaemonConnection } from '../link/connection';
import { PAGE_PORT, PANEL_PORT } from '../link/contract';
import { PageDesk } from '../link/page-desk';
import { PanelDesk } from '../link/panel-desk';
import { Questions } from '../link/questions';
import { Outbox } from '../outbox/outbox';
import { ToolbarIcon } from '../toolbar/icon';

export default defineBackground(() => {
  // Content scripts live in processes that a hostile page may have taken over, and the pairing's
  // secret is none of their business. (Firefox has no such switch.)
  void browser.storage.local.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' });
  const connection = new DaemonConnection(location.origin);
  const activity = new ActivityReport(connection);
  const icon = new ToolbarIcon();
  const questions = new Questions(connection);
  const outbox = new Outbox(connection, questions);
  const pages = new PageDesk(connection, questions, outbox, icon);
  const panels = new PanelDesk(connection, questions);

  let isSnoozed = false;
  const showState = () =>
    void icon.showState(connection.state, connection.rules.completions && !isSnoozed);

  watchKeys((keys) => {
    pages.keys = keys;
  });
  watchAnnouncing((isOn) => {
    pages.announcing = isOn;
  });
  watchSnooze((until) => {
    isSnoozed = until > 0;
    pages.snoozed = isSnoozed;
    showState();
  });

  connection.isNeeded = () => !pages.isEmpty || !panels.isEmpty || !outbox.isEmpty;
  connection.onParted = () => {
    questions.giveUp();
    return outbox.empty();
  };
  connection.onState = (state) => {
    if (state === 'connected') void activity.begin();
    else questions.giveUp();
    showState();
    panels.announceState();
  };
  connection.onRules = (rules) => {
    showState();
    pages.announce(rules);
    void outbox.deliver();
  };
  connection.onMessage = (message) => {
    if (!questions.answer(message) || message.type === 'sites') panels.push(message);
  };

  browser.runtime.onConnect.addListener((port) => {
    if (port.name === PAGE_PORT) pages.admit(port);
    // A content script can open any port, so the name alone proves nothing.
    if (port.name === PANEL_PORT && isOwnPage(port.sender?.url)) panels.admit(port);
  });
  browser.runtime.onStartup.addListener(() => void connection.demand());
  browser.runtime.onInstalled.addListener(({ reason }) => {
    void connection.demand();
    if (reason === 'install')
      void browser.tabs.create({ url: browser.runtime.getURL('/pair.html') });
  });
});

function isOwnPage(url: string | undefined): boolean {
  return url?.startsWith(browser.runtime.getURL('/')) ?? false;
}
