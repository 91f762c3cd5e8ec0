/// How an operation's results are paged, from botocore's `paginators-1`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paginator {
    /// Members of the input that take the token.
    pub input_token: Vec<Box<str>>,
    /// Members of the output (JMESPath) that give the next one.
    pub output_token: Vec<Box<str>>,
    /// The input member that bounds a page.
    pub limit_key: Option<Box<str>>,
    /// The output members (JMESPath) that are paged.
    pub result_key: Vec<Box<str>>,
    /// The output member that says whether more follows, where the token alone does not.
    pub more_results: Option<Box<str>>,
}
