// Everything that pages do beyond plain HTML. Each element leaves a page whole when it does not run.
import "./clock";
import "./focus";
import "./live";
import "./list";
import "./menu";
import "./session";
import "./toast";
import "./work";
