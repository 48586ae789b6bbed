package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.http.Reply;
import dev.cvmfs.registry.http.RepositoryEndpoint;
import dev.cvmfs.registry.http.Request;
import dev.cvmfs.registry.http.RequestBody;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of the attempt to have a blob of another repository here without sending it. Nothing
 * that goes wrong with it matters: the blob can be sent.
 */
sealed interface Mount {

  /** The repository has the blob now. */
  record Done() implements Mount {}

  /** The registry would rather have the bytes, and has begun a session for them. */
  record Begun(UploadSession session) implements Mount {}

  /**
   * Neither.
   *
   * @param forGood whether the registry does not know mounts at all
   */
  record Refused(boolean forGood) implements Mount {}

  /**
   * Asks for it, once.
   *
   * @param source the path of the repository that has the blob
   */
  static Mount attempt(RepositoryEndpoint repository, Digest digest, String source) {
    Logger log = LoggerFactory.getLogger(Mount.class);
    String purpose = "mount blob %s of %s in %s".formatted(digest, source, repository.display());
    Request request = repository.mounting(purpose, digest, source).body(RequestBody.EMPTY).once();
    try {
      Reply reply = repository.exchange().call(request);
      log.debug("{}: {}", purpose, reply.status());
      if (reply.status() == 201) {
        return new Done();
      }
      return reply.status() == 202
          ? new Begun(UploadSession.begun(repository, digest, reply))
          : new Refused(Set.of(400, 405, 501).contains(reply.status()));
    } catch (RegistryFailure e) {
      // Token servers refuse the whole request where they do not know the other repository.
      log.debug("{}", e.getMessage());
      return new Refused(false);
    }
  }
}
