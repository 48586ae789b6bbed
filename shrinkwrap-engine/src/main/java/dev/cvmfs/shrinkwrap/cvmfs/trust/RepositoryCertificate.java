package dev.cvmfs.shrinkwrap.cvmfs.trust;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;

/**
 * The certificate that signs manifests. Only its key and its fingerprint count: its dates, issuer
 * and uses are not looked at, by CVMFS neither, for the whitelist says whether it is valid.
 */
final class RepositoryCertificate {
  private final X509Certificate certificate;
  private final byte[] der;

  private RepositoryCertificate(X509Certificate certificate, byte[] der) {
    this.certificate = certificate;
    this.der = der;
  }

  static RepositoryCertificate parse(String what, byte[] pem) {
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(pem));
      return new RepositoryCertificate(certificate, certificate.getEncoded());
    } catch (CertificateException e) {
      throw new CvmfsFailure.Trust("%s is not an X.509 certificate".formatted(what), e);
    }
  }

  /** Whether it signed the text, in the way of manifests: RSA over SHA-1, whatever the text is. */
  boolean verify(String text, byte[] signature) {
    return certificate.getPublicKey().getAlgorithm().equals("RSA")
        && MasterKeys.verify(certificate.getPublicKey(), "SHA1withRSA", text, signature);
  }

  /** Whether its fingerprint is in the list, by whichever algorithm the list uses. */
  boolean isIn(Collection<Fingerprint> list) {
    for (HashAlgorithm algorithm : HashAlgorithm.values()) {
      if (list.contains(Fingerprint.of(der, algorithm))) {
        return true;
      }
    }
    return false;
  }

  Fingerprint fingerprint() {
    return Fingerprint.of(der, HashAlgorithm.SHA1);
  }
}
