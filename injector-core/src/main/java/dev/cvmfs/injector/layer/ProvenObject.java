package dev.cvmfs.injector.layer;

import java.io.IOException;

/** An object that is what the catalog names, or fails to be written if it turns out not to be. */
interface ProvenObject {

  /** Writes its member. */
  StoredMember writeTo(MemberSink members) throws IOException;
}
