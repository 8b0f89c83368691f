import { useEffect, useState } from 'preact/hooks';
import { type Language, languageOf, languageTag } from '#shared/view/language';
import { ErrorNote } from './ErrorNote.tsx';
import { InsecureNote } from './InsecureNote.tsx';
import { Devices } from './pages/Devices.tsx';
import { Home } from './pages/Home.tsx';
import { Invitation } from './pages/Invitation.tsx';
import { OidcCallback } from './pages/OidcCallback.tsx';
import { PairDevice } from './pages/PairDevice.tsx';
import { Security } from './pages/Security.tsx';
import { SignIn } from './pages/SignIn.tsx';
import { type PageName, usePage } from './route.ts';
import { SiteHeader } from './SiteHeader.tsx';
import { type Session, useSession } from './session.ts';
import { TrustFingerprint } from './TrustFingerprint.tsx';
import { LanguageContext, texts } from './wording.ts';

/** Every page of the portal: what people must do in a browser to use the service. */
export function App() {
  const [language, setLanguage] = useState<Language>(() => languageOf(navigator.languages));
  const session = useSession();
  const page = usePage();
  const text = texts[language];
  useEffect(() => {
    document.documentElement.lang = languageTag[language];
    document.title = session.ways?.organisation ?? text.title;
  }, [language, text, session.ways]);
  return (
    <LanguageContext.Provider value={language}>
      <SiteHeader session={session} onLanguage={() => setLanguage(language === 'zh' ? 'en' : 'zh')} />
      <main>
        <InsecureNote />
        <ErrorNote error={session.failure} />
        <Content page={page} session={session} />
      </main>
      <footer>
        <TrustFingerprint />
      </footer>
    </LanguageContext.Provider>
  );
}

function Content({ page, session }: { page: PageName; session: Session }) {
  // No password is asked for where everybody on the way could read it, and no session could be kept.
  if (!isSecureContext) return null;
  if (page === 'invitation') return <Invitation session={session} />;
  // Not before it is known who is signed in: that answer must not come after the one of signing in.
  if (session.me === undefined) return null;
  if (page === 'oidc-callback') return <OidcCallback session={session} />;
  if (session.me === null) return <SignIn session={session} />;
  if (page === 'security') return <Security session={session} me={session.me} />;
  if (page === 'pair') return <PairDevice />;
  if (page === 'devices') return <Devices me={session.me} />;
  return <Home me={session.me} />;
}
