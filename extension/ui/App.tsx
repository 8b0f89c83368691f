import { useCallback, useEffect, useState } from 'preact/hooks';
import { type Language, languageOf, languageTag } from '#shared/view/language';
import { ask } from '../messages/ask.ts';
import { readLanguage, storeLanguage } from '../messages/language-setting.ts';
import type { Precheck, ServiceState } from '../messages/protocol.ts';
import { CaptureDetail } from './CaptureDetail.tsx';
import { CaptureForm } from './CaptureForm.tsx';
import { CaptureList } from './CaptureList.tsx';
import { Header } from './Header.tsx';
import { InspectionCard } from './InspectionCard.tsx';
import { LossBanner } from './LossBanner.tsx';
import { OfflineCard } from './OfflineCard.tsx';
import { PairingCard } from './PairingCard.tsx';
import { type Platform, PlatformContext } from './platform.ts';
import { RecordingCard } from './RecordingCard.tsx';
import { SequenceCard } from './SequenceCard.tsx';
import { TargetCard } from './TargetCard.tsx';
import { LanguageContext } from './wording.ts';

const RECHECK_MS = 15_000;

/** The panel. Everything it knows comes from the store and from messages. */
export function App({ platform }: { platform: Platform }) {
  const [language, setLanguage] = useState<Language>(languageOf(platform.locales));
  const [opened, setOpened] = useState<string>();
  const { check, service, recheck, setService } = useChecks(platform);
  useEffect(() => {
    void readLanguage().then((stored) => stored !== undefined && setLanguage(stored));
  }, []);
  useEffect(() => {
    document.documentElement.lang = languageTag[language];
  }, [language]);
  const toggleLanguage = () => {
    const next = language === 'zh' ? 'en' : 'zh';
    setLanguage(next);
    void storeLanguage(next);
  };
  return (
    <PlatformContext.Provider value={platform}>
      <LanguageContext.Provider value={language}>
        <Header service={service} onLanguage={toggleLanguage} />
        {opened === undefined ? (
          <main class="page">
            <LossBanner />
            <TargetCard check={check} onCheck={recheck} />
            {service !== undefined && (
              <PairingCard key={service.origin ?? ''} service={service} onPaired={setService} />
            )}
            <OfflineCard />
            <InspectionCard />
            <CaptureForm check={check} onStarted={setOpened} />
            <SequenceCard check={check} />
            <RecordingCard check={check} />
            <CaptureList onOpen={setOpened} />
          </main>
        ) : (
          <CaptureDetail captureId={opened} onBack={() => setOpened(undefined)} />
        )}
      </LanguageContext.Provider>
    </PlatformContext.Provider>
  );
}

/** Looks again when tabs change and now and then for the service. */
function useChecks(platform: Platform) {
  const [check, setCheck] = useState<Precheck>();
  const [service, setService] = useState<ServiceState>();
  const recheck = useCallback(async () => {
    const { targetTab } = platform;
    try {
      const found = await ask('precheck', targetTab === undefined ? {} : { tabId: targetTab });
      setCheck(found);
      setService(found.service);
    } catch {
      // No tab to speak of: the service is told of all the same.
      setCheck(undefined);
      setService(await ask('service-state', {}).catch(() => undefined));
    }
  }, [platform]);
  useEffect(() => {
    void recheck();
    const timer = setInterval(() => void recheck(), RECHECK_MS);
    const stop = platform.watchTabs(() => void recheck());
    return () => {
      clearInterval(timer);
      stop();
    };
  }, [platform, recheck]);
  return { check, service, recheck: () => void recheck(), setService };
}
