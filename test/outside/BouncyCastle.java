import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.Security;
import java.util.Arrays;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tsp.TimeStampToken;

/** Verifies a detached CMS and the signature time-stamp embedded in it: `BouncyCastle CONTENT CMS`. */
public class BouncyCastle {
  public static void main(String[] arguments) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    byte[] content = Files.readAllBytes(Path.of(arguments[0]));
    byte[] cms = Files.readAllBytes(Path.of(arguments[1]));
    CMSSignedData signedData =
        new CMSSignedData(new CMSProcessableByteArray(content), new ByteArrayInputStream(cms));
    for (SignerInformation signer : signedData.getSignerInfos().getSigners()) {
      X509CertificateHolder certificate =
          (X509CertificateHolder) signedData.getCertificates().getMatches(signer.getSID()).iterator().next();
      check(signer.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(certificate)), "signature");
      checkTimeStamp(signer);
    }
    System.out.println("signature and embedded time-stamp verified");
  }

  private static void checkTimeStamp(SignerInformation signer) throws Exception {
    Attribute attribute =
        signer.getUnsignedAttributes().get(PKCSObjectIdentifiers.id_aa_signatureTimeStampToken);
    check(attribute != null, "time-stamp present");
    TimeStampToken token =
        new TimeStampToken(new CMSSignedData(attribute.getAttrValues().getObjectAt(0).toASN1Primitive().getEncoded()));
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(signer.getSignature());
    check(Arrays.equals(digest, token.getTimeStampInfo().getMessageImprintDigest()), "time-stamp imprint");
    X509CertificateHolder certificate =
        (X509CertificateHolder) token.getCertificates().getMatches(token.getSID()).iterator().next();
    token.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(certificate));
  }

  private static void check(boolean good, String what) {
    if (!good) {
      System.err.println("refused: " + what);
      System.exit(1);
    }
  }
}
