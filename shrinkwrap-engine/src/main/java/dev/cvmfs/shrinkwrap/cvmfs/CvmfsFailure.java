package dev.cvmfs.shrinkwrap.cvmfs;

/**
 * What can go wrong between us and a CVMFS repository. The message says what was attempted, on
 * which repository and host, why it failed, and what to do.
 */
public abstract sealed class CvmfsFailure extends RuntimeException {

  private CvmfsFailure(String message) {
    super(message);
  }

  private CvmfsFailure(String message, Throwable cause) {
    super(message, cause);
  }

  /** A failure of the same kind that tells more, with this one as its cause. */
  public abstract CvmfsFailure withMessage(String message);

  /** The chain from the master key down to the root catalog does not hold. */
  public static final class Trust extends CvmfsFailure {
    public Trust(String message) {
      super(message);
    }

    public Trust(String message, Throwable cause) {
      super(message, cause);
    }

    @Override
    public Trust withMessage(String message) {
      return new Trust(message, this);
    }
  }

  /** No server gave what was asked for. */
  public static final class Network extends CvmfsFailure {
    private final boolean notThere;

    public Network(String message) {
      this(message, false);
    }

    /**
     * @param notThere whether every server could be asked and said that it does not have it
     */
    public Network(String message, boolean notThere) {
      super(message);
      this.notThere = notThere;
    }

    public Network(String message, Throwable cause) {
      super(message, cause);
      this.notThere = false;
    }

    private Network(String message, Network cause) {
      super(message, cause);
      this.notThere = cause.notThere;
    }

    /** Whether every server could be asked and said that it does not have it. */
    public boolean notThere() {
      return notThere;
    }

    @Override
    public Network withMessage(String message) {
      return new Network(message, this);
    }
  }

  /** What came is not what its hash says, or cannot be read as what it should be. */
  public static final class Data extends CvmfsFailure {
    public Data(String message) {
      super(message);
    }

    public Data(String message, Throwable cause) {
      super(message, cause);
    }

    @Override
    public Data withMessage(String message) {
      return new Data(message, this);
    }
  }
}
